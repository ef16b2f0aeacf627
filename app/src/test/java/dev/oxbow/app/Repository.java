package dev.oxbow.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** A folder of a test with a git repository and room for an installation; others may pass it. */
final class Repository {
    final Path folder;
    final Path worktree;

    Repository() throws Exception {
        folder = Files.createTempDirectory("ox-run-");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        worktree = Files.createDirectory(folder.resolve("tree"));
        git("init", "-q", "-b", "main");
        write("calc.txt", "one\ntwo\nthree\n");
        git("add", ".");
        git("commit", "-q", "-m", "first");
    }

    Path data() {
        return folder.resolve("data");
    }

    void write(String name, String content) throws IOException {
        Path file = worktree.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    String read(String name) throws IOException {
        return Files.readString(worktree.resolve(name));
    }

    String git(String... words) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "git",
                                "-c",
                                "user.name=test",
                                "-c",
                                "user.email=test@example.org"));
        command.addAll(List.of(words));
        Process process =
                new ProcessBuilder(command)
                        .directory(worktree.toFile())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(command + ": " + said);
        }
        return said;
    }

    void delete() throws Exception {
        new ProcessBuilder("rm", "-rf", folder.toString()).inheritIO().start().waitFor();
    }
}
