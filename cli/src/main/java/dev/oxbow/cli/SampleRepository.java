package dev.oxbow.cli;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.testing.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A tiny project with a failing test, and what a model would do about it. */
final class SampleRepository {
    static final String PROMPT = "The test in test.sh fails. Find out why and fix it.";

    private static final String PROGRAM = "total.sh";
    private static final String TEST = "test.sh";
    private static final long PATIENCE_SECONDS = 60;
    private static final String BUG = "    total=$((total - number))";
    private static final String FIX = "    total=$((total + number))";

    private static final String PROGRAM_TEXT =
            """
            #!/bin/sh
            # Prints the sum of its arguments.
            total=0
            for number in "$@"; do
            %s
            done
            echo "$total"
            """
                    .formatted(BUG);

    private static final String TEST_TEXT =
            """
            #!/bin/sh
            # Checks total.sh; exits 1 if a sum is wrong.
            cd "$(dirname "$0")" || exit 1
            failed=0
            check() {
                wanted=$1
                shift
                got=$(sh total.sh "$@")
                if [ "$got" = "$wanted" ]; then
                    echo "ok    sum of ${*:-nothing} is $wanted"
                else
                    echo "FAIL  sum of ${*:-nothing} is $got, not $wanted"
                    failed=1
                fi
            }
            check 6 1 2 3
            check 42 40 2
            check 0
            exit $failed
            """;

    private final Path root;

    private SampleRepository(Path root) {
        this.root = root;
    }

    /** What a run of the test gave. */
    record TestRun(int exitCode, List<String> output) {
        boolean passed() {
            return exitCode == 0;
        }
    }

    /**
     * Makes the repository.
     *
     * @param folder where; must be empty or not exist
     */
    static SampleRepository create(Path folder) throws InterruptedException {
        SampleRepository sample = new SampleRepository(folder);
        try {
            Files.createDirectories(folder);
            try (Stream<Path> entries = Files.list(folder)) {
                if (entries.findAny().isPresent()) {
                    throw OxException.of(
                                    ErrorCode.INVALID_ARGUMENT,
                                    "the folder %s is not empty",
                                    folder)
                            .suggest("Give --dir a new folder, or leave it out.");
                }
            }
            sample.write(PROGRAM, PROGRAM_TEXT);
            sample.write(TEST, TEST_TEXT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sample.git("init", "-q", "-b", "main");
        sample.git("add", PROGRAM, TEST);
        sample.git(
                "-c",
                "user.name=Oxbow quickstart",
                "-c",
                "user.email=quickstart@localhost",
                "-c",
                "commit.gpgsign=false",
                "commit",
                "-q",
                "-m",
                "Add up numbers, with a mistake");
        return sample;
    }

    /** What the stand-in model does: look, fix, look again. */
    static Script script() {
        return Script.builder()
                .title("Fix the sum")
                .when(
                        PROMPT,
                        steps ->
                                steps.say("I run the test first.")
                                        .run("sh test.sh")
                                        .say("The loop subtracts where it should add.")
                                        .edit(PROGRAM, BUG, FIX)
                                        .run("sh test.sh")
                                        .say(
                                                "Fixed: total.sh subtracted each number instead of"
                                                        + " adding it. The test passes now."))
                .otherwise(steps -> steps.say("This stand-in model only knows the quickstart."))
                .build();
    }

    Path root() {
        return root;
    }

    /** Runs the test on the host, as the user would. */
    TestRun test() throws InterruptedException {
        return run(List.of("sh", TEST));
    }

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void git(String... args) throws InterruptedException {
        List<String> argv = new ArrayList<>(List.of("git", "-c", "core.hooksPath=/dev/null"));
        argv.addAll(List.of(args));
        TestRun run = run(argv);
        if (!run.passed()) {
            throw OxException.of(
                    ErrorCode.SOURCE_UNREADABLE,
                    "git %s failed in %s: %s",
                    args[0],
                    root,
                    String.join(" ", run.output()));
        }
    }

    private TestRun run(List<String> argv) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(argv)
                            .directory(root.toFile())
                            .redirectErrorStream(true)
                            .start();
            process.getOutputStream().close();
            List<String> output;
            try (var reader = process.inputReader()) {
                output = reader.lines().toList();
            }
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new TestRun(-1, output);
            }
            return new TestRun(process.exitValue(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
