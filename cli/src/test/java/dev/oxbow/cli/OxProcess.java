package dev.oxbow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code ox} as a process of its own, in a folder and with a data directory of a test. */
final class OxProcess {
    private static final int PATIENCE_SECONDS = 180;

    private final Path temporary;
    private final Path cwd;
    private final Map<String, String> environment = new HashMap<>();

    record Result(int exitCode, String out, String err) {
        String lastLine() {
            return out.lines().reduce("", (_, line) -> line);
        }
    }

    OxProcess(Path temporary, Path cwd, Path data) {
        this.temporary = temporary;
        this.cwd = cwd;
        environment.put("OX_DATA_DIR", data.toString());
    }

    OxProcess with(String name, String value) {
        environment.put(name, value);
        return this;
    }

    Result run(String... args) {
        return await(start(args));
    }

    /** A process under way, with the files that its output goes to. */
    record Started(Process process, Path out, Path err) {
        String printed() {
            return read(out);
        }

        /** What it wrote to standard error. */
        String said() {
            return read(err);
        }

        private static String read(Path file) {
            try {
                return Files.readString(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    Started start(String... args) {
        List<String> command = new ArrayList<>(words());
        command.addAll(List.of(args));
        return start(command);
    }

    /** Starts another program in the same surroundings. */
    Started start(List<String> command) {
        try {
            Path out = Files.createTempFile(temporary, "out", "");
            Path err = Files.createTempFile(temporary, "err", "");
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .directory(cwd.toFile())
                            .redirectInput(Path.of("/dev/null").toFile())
                            .redirectOutput(out.toFile())
                            .redirectError(err.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("OX_"));
            builder.environment().remove("JAVA_TOOL_OPTIONS");
            builder.environment().putAll(environment);
            return new Started(builder.start(), out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> words() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName());
    }

    static Result await(Started started) {
        try {
            assertThat(started.process().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as("ox ends in time")
                    .isTrue();
            return new Result(
                    started.process().exitValue(),
                    Files.readString(started.out()),
                    Files.readString(started.err()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } finally {
            started.process().destroyForcibly();
        }
    }
}
