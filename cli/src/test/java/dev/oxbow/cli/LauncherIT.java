package dev.oxbow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell script in front of the program, with a stand-in for Maven and for the JDK. */
class LauncherIT {
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

    @TempDir private Path temporary;
    private Path tree;
    private Path jdk;
    private final Map<String, String> environment = new HashMap<>();

    record Result(int exitCode, String out, String err) {}

    @BeforeEach
    void aCheckoutAndAJdk() throws IOException {
        tree = temporary.resolve("a checkout");
        Files.createDirectories(tree.resolve("dist"));
        Files.createDirectories(tree.resolve("cli/src/main/java"));
        for (String file : List.of("ox", "dist/jdk.sh")) {
            Files.copy(
                    REPOSITORY.resolve(file),
                    tree.resolve(file),
                    StandardCopyOption.COPY_ATTRIBUTES);
        }
        source("A.java");
        script(
                tree.resolve("mvnw"),
                """
                echo built >>"$(dirname "$0")/builds"
                [ -e fail ] && echo '[ERROR] no such thing' && exit 1
                mkdir -p cli/target/lib
                : >cli/target/lib/a.jar
                : >cli/target/oxbow-cli-1.jar
                """);
        jdk = jdk("jdk", "25.0.1");
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("HOME", temporary.toString());
        environment.put("OX_JAVA_HOME", jdk.toString());
    }

    private void source(String name) throws IOException {
        Files.writeString(tree.resolve("cli/src/main/java").resolve(name), "class A {}");
    }

    /** A JDK that prints what it is asked to run. */
    private Path jdk(String name, String version) throws IOException {
        Path home = temporary.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        script(
                home.resolve("bin/java"),
                """
                for word in "$@"; do last=$word; done
                [ "$last" = rehearse ] && exit 0
                [ "$last" = seven ] && exit 7
                [ "$last" = locale ] && printf '%s\\n' "$LC_ALL" && exit 0
                printf '%s\\n' "$@"
                """);
        script(home.resolve("bin/javac"), "exit 0\n");
        return home;
    }

    private static void script(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Result ox(String... args) throws IOException, InterruptedException {
        return ox(tree.resolve("ox"), args);
    }

    private Result ox(Path launcher, String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(args));
        return run(command);
    }

    private Result run(List<String> command) throws IOException, InterruptedException {
        Path out = temporary.resolve("out");
        Path err = temporary.resolve("err");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private long builds() throws IOException {
        return Files.readAllLines(tree.resolve("builds")).size();
    }

    @Test
    void buildsOnFirstUseInOneQuietLineAndThenRuns() throws Exception {
        Result first = ox("run", "two words");

        assertThat(first.exitCode()).isZero();
        assertThat(first.err().lines()).hasSize(1).first().asString().startsWith("ox: building");
        assertThat(first.out().lines().toList()).endsWith("run", "two words");
        Result second = ox("ps");
        assertThat(second.err()).isEmpty();
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void buildsAgainWhenASourceChangesOrGoes() throws Exception {
        source("B.java");
        Result unusedFirst = ox("ps");
        Path stamp = tree.resolve("target/launcher/built");
        Files.setLastModifiedTime(stamp, FileTime.from(Instant.now().minusSeconds(60)));
        source("B.java");

        assertThat(ox("ps").err()).contains("building");
        Files.setLastModifiedTime(stamp, FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(ox("ps").err()).isEmpty();
        Files.setLastModifiedTime(stamp, FileTime.from(Instant.now().minusSeconds(60)));
        Files.delete(tree.resolve("cli/src/main/java/B.java"));
        assertThat(ox("ps").err()).contains("building");
    }

    @Test
    void passesTheExitCodeOn() throws Exception {
        assertThat(ox("seven").exitCode()).isEqualTo(7);
    }

    @Test
    void namesOfFilesAreSafeInEveryLocale() throws Exception {
        environment.put("LC_ALL", "C");
        environment.put("LANG", "C");

        assertThat(ox("locale").out()).isEqualTo("C.UTF-8\n");
    }

    @Test
    void isFoundThroughALink() throws Exception {
        Path link = temporary.resolve("link");
        Files.createSymbolicLink(link, Path.of("a checkout/ox"));

        assertThat(ox(link, "ps").exitCode()).isZero();
    }

    @Test
    void aFailedBuildSaysWhyAndExitsWith70() throws Exception {
        Files.writeString(tree.resolve("fail"), "");

        Result result = ox("ps");

        assertThat(result.exitCode()).isEqualTo(70);
        assertThat(result.err()).contains("[ERROR] no such thing", "ox: the build failed");
        Files.delete(tree.resolve("fail"));
        assertThat(ox("ps").exitCode()).isZero();
    }

    @Test
    void aBuildThatWasKilledDoesNotBlockTheNext() throws Exception {
        Path lock = tree.resolve("target/launcher/lock");
        Files.createDirectories(lock);
        Files.writeString(lock.resolve("pid"), "999999999\n");

        assertThat(ox("ps").exitCode()).isZero();
    }

    @Test
    void aJdkThatIsNamedMustSuit() throws Exception {
        environment.put("OX_JAVA_HOME", jdk("old", "17.0.15").toString());

        Result result = ox("ps");

        assertThat(result.exitCode()).isEqualTo(69);
        assertThat(result.err()).contains("OX_JAVA_HOME=", "is not a JDK 25 or later");
    }

    @Test
    void javaHomeAndThePathAreLookedAt() throws Exception {
        environment.remove("OX_JAVA_HOME");
        environment.put("JAVA_HOME", jdk("old", "17.0.15").toString());
        environment.put("PATH", jdk("newer", "26").resolve("bin") + ":/usr/bin:/bin");

        assertThat(ox("ps").exitCode()).isZero();
        assertThat(Files.readString(tree.resolve("target/launcher/jdk")))
                .isEqualTo(temporary.resolve("newer") + "\n");
    }

    @Test
    void withoutAnyJdkOneLineSaysHowToGetOneAndTheCodeIs69() throws Exception {
        environment.remove("OX_JAVA_HOME");
        List<String> hidden = List.of("/usr/lib/jvm", "/opt");
        List<String> command = new ArrayList<>(List.of("bwrap", "--dev-bind", "/", "/"));
        hidden.stream()
                .filter(folder -> Files.isDirectory(Path.of(folder)))
                .forEach(folder -> command.addAll(List.of("--tmpfs", folder)));
        command.addAll(List.of(tree.resolve("ox").toString(), "ps"));

        Result result = run(command);

        assertThat(result.exitCode()).isEqualTo(69);
        assertThat(result.out()).isEmpty();
        assertThat(result.err().lines())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("ox: no JDK 25 or later found; get one with: ");
    }
}
