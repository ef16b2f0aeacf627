package dev.oxbow.sandbox.kit;

import dev.oxbow.base.RunId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What is laid out on the host to be reached from a sandbox: files that every user may read and
 * write, a process, and what it listens on and keeps in memory. Each carries one secret.
 */
final class Bait implements AutoCloseable {
    private static final String KEPT = "as it was\n";

    private final Path folder;
    private final String secret;
    private final String name;
    private final Process process;
    private final String port;
    private final String key;

    private Bait(
            Path folder, String secret, String name, Process process, String port, String key) {
        this.folder = folder;
        this.secret = secret;
        this.name = name;
        this.process = process;
        this.port = port;
        this.key = key;
    }

    /** Lays it out in a folder that is no temporary folder of a sandbox. */
    static Bait lay() throws IOException {
        Path folder = Files.createTempDirectory(Path.of("/var/tmp"), "bait-");
        String secret = "secret-" + RunId.next().value();
        String name = "bait-" + RunId.next().value();
        Files.writeString(folder.resolve("open"), secret + "\n");
        Files.createDirectory(folder.resolve("folder"));
        open(folder, "rwxrwxrwx");
        open(folder.resolve("open"), "rw-rw-rw-");
        open(folder.resolve("folder"), "rwxrwxrwx");
        ProcessBuilder builder =
                new ProcessBuilder(
                        "perl",
                        "-e",
                        EscapeCorpus.resource("bait.pl"),
                        folder.toString(),
                        secret,
                        name);
        builder.environment().put("BAIT_SECRET", secret);
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        Process process = builder.start();
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        String line = said.readLine();
        if (line == null) {
            throw new IOException("the bait did not start");
        }
        String[] words = line.split(" ", -1);
        Bait bait = new Bait(folder, secret, name, process, words[0], words[1]);
        bait.restore();
        return bait;
    }

    /** Where everything is, for the attempts; the secret itself is not among it. */
    Map<String, String> variables(String neighbour) {
        Map<String, String> all = new HashMap<>();
        all.put("BAIT", folder.toString());
        all.put("BAIT_PID", Long.toString(process.pid()));
        all.put("BAIT_PORT", port);
        all.put("BAIT_KEY", key);
        all.put("BAIT_NAME", name);
        all.put("NEIGHBOUR", neighbour);
        return all;
    }

    Path folder() {
        return folder;
    }

    /** Whether that output, or the bait itself, shows that somebody has reached it. */
    boolean reached(String output) {
        return output.contains(secret) || output.contains(Attempt.ESCAPED) || touched();
    }

    private boolean touched() {
        try (Stream<Path> names = Files.walk(folder)) {
            List<String> found =
                    names.map(path -> folder.relativize(path).toString()).sorted().toList();
            return !found.equals(List.of("", "folder", "folder/kept", "kept", "open", "socket"))
                    || !Files.readString(folder.resolve("kept")).equals(KEPT)
                    || !mode(folder.resolve("kept")).equals("rw-rw----");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts back what an attempt has changed. */
    void restore() {
        try (Stream<Path> names = Files.walk(folder)) {
            for (Path path : names.sorted(Comparator.reverseOrder()).toList()) {
                if (!List.of("", "folder", "open", "socket")
                        .contains(folder.relativize(path).toString())) {
                    Files.delete(path);
                }
            }
            Files.createDirectories(folder.resolve("folder"));
            open(folder.resolve("folder"), "rwxrwxrwx");
            for (String kept : List.of("kept", "folder/kept")) {
                Files.writeString(folder.resolve(kept), KEPT);
                open(folder.resolve(kept), "rw-rw----");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void open(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        var _ = process.onExit().join();
        process.inputReader(StandardCharsets.UTF_8).close();
        try (Stream<Path> names = Files.walk(folder)) {
            for (Path path : names.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
