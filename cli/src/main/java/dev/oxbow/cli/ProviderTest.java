package dev.oxbow.cli;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.Posix;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The conformance kit as a process of its own, which needs libraries that {@code ox} does not load.
 *
 * @param provider name of the provider
 * @param groups groups of tests, all if none
 * @param report file for the report
 * @param classPath where a foreign provider is
 * @param json whether the report goes to standard output instead of a table
 */
record ProviderTest(
        String provider,
        List<String> groups,
        Optional<Path> report,
        Optional<String> classPath,
        boolean json) {
    private static final String PROGRAM = "dev.oxbow.conformance.Main";
    private static final Set<Integer> OWN_CODES = Set.of(0, 1, 64, 69, 74, 130);
    private static final int GRACE_SECONDS = 60;

    /**
     * Runs it to its end.
     *
     * @return its exit code
     */
    int run(Surroundings surroundings) throws InterruptedException {
        if (report.isPresent() && !Files.isDirectory(report.get().resolveSibling("."))) {
            throw OxException.of(
                            ErrorCode.INVALID_ARGUMENT,
                            "--report: the folder of %s does not exist",
                            report.get())
                    .suggest("Make it first.");
        }
        Path folder = folder();
        try {
            return run(surroundings, folder);
        } finally {
            delete(folder);
        }
    }

    private int run(Surroundings surroundings, Path folder) throws InterruptedException {
        surroundings.out().flush();
        Process kit = start(words(folder, arguments()));
        int code;
        Runnable stop = () -> stop(kit);
        try (Interrupts _ = Interrupts.handle(stop, kit::destroyForcibly, stop)) {
            code = kit.waitFor();
        }
        if (!OWN_CODES.contains(code)) {
            // It was killed and could not clean up: another one does it for it.
            Process cleaner = start(words(folder, List.of("--clean")));
            stop(cleaner);
            if (!cleaner.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                cleaner.destroyForcibly();
            }
            throw OxException.of(
                    ErrorCode.OPERATION_INTERRUPTED, "the test ended early, with code %d", code);
        }
        return code;
    }

    /** The kit takes the end of its input for the wish to stop, and cleans up. */
    private static void stop(Process kit) {
        try {
            kit.getOutputStream().close();
        } catch (IOException alreadyGone) {
            kit.destroy();
        }
    }

    private static Process start(List<String> words) {
        try {
            return new ProcessBuilder(words)
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw OxException.of(ErrorCode.INTERNAL, "Java cannot be started: %s", e).causedBy(e);
        }
    }

    private List<String> arguments() {
        List<String> words = new ArrayList<>();
        groups.forEach(group -> words.addAll(List.of("--group", group)));
        report.ifPresent(file -> words.addAll(List.of("--report", file.toString())));
        if (json) {
            words.add("--json");
        }
        return words;
    }

    private List<String> words(Path folder, List<String> more) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:-UsePerfData",
                        "-Xmx1g",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dfile.encoding=UTF-8",
                        "-Dsun.jnu.encoding=UTF-8",
                        "-Dstdout.encoding=UTF-8",
                        "-Dstderr.encoding=UTF-8",
                        "-Djava.io.tmpdir=" + folder.resolve("tmp"),
                        "-cp",
                        wholeClassPath(),
                        PROGRAM,
                        "--provider",
                        provider,
                        "--folder",
                        folder.toString(),
                        "--oxbow",
                        VersionCommand.number()));
        words.addAll(more);
        return words;
    }

    private String wholeClassPath() {
        String own = System.getProperty("java.class.path");
        List<String> parts = new ArrayList<>(List.of(own));
        if (own.endsWith("/ox.jar")) {
            // Installed: what only the kit needs is kept apart, so that nothing else opens it.
            Path kit = Path.of(own).resolveSibling("kit");
            if (!Files.isDirectory(kit)) {
                throw OxException.of(ErrorCode.INTERNAL, "the conformance kit is not in %s", kit)
                        .suggest("Install Oxbow anew.");
            }
            parts.add(kit + "/*");
        }
        classPath.ifPresent(parts::add);
        return String.join(File.pathSeparator, parts);
    }

    /** Short, as it becomes part of the names of sockets; sandboxes' users walk through it. */
    private static Path folder() {
        try {
            Path folder = Files.createTempDirectory("ox-kit-");
            String open = Posix.isRoot() ? "rwx--x--x" : "rwx------";
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(open));
            Path tmp = Files.createDirectory(folder.resolve("tmp"));
            Files.setPosixFilePermissions(tmp, PosixFilePermissions.fromString(open));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            throw OxException.of(
                            ErrorCode.DESTROY_FAILED,
                            "the test left something behind in %s: %s",
                            folder,
                            e)
                    .suggest("Remove the folder.");
        }
    }
}
