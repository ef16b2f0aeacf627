package dev.oxbow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.Json;
import dev.oxbow.posix.Posix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** A repository with one file, an installation of its own, and {@code ox} as a process in it. */
final class OxRepository {
    final Path tree;
    final Path data;
    final OxProcess ox;

    OxRepository(Path temporary) throws Exception {
        tree = Files.createDirectory(temporary.resolve("tree"));
        git("init", "-q", "-b", "main");
        Files.writeString(tree.resolve("a.txt"), "one\n");
        git("add", ".");
        git("-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-qm", "start");
        data = Files.createTempDirectory("ox-it-");
        ox = new OxProcess(temporary, tree, data);
    }

    void git(String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).directory(tree.toFile()).inheritIO().start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    /** The words of {@code ox run} for a shell script, with {@code --json}. */
    static String[] run(String script, String... flags) {
        List<String> args = new ArrayList<>(List.of("run", "--json", "--agent", "command"));
        args.addAll(List.of(flags));
        args.addAll(List.of("--", "sh", "-c", script));
        return args.toArray(String[]::new);
    }

    /** The last artifact of the only run, once it is written; asks no {@code ox}. */
    Optional<JsonNode> exitDocument() {
        Path runs = tree.resolve(".ox/runs");
        if (!Files.isDirectory(runs)) {
            return Optional.empty();
        }
        try (Stream<Path> all = Files.list(runs)) {
            return all.map(run -> run.resolve("exit.json"))
                    .filter(Files::exists)
                    .findFirst()
                    .map(OxRepository::json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode json(Path file) {
        try {
            return Json.tree(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode show(String run) {
        return Json.tree(ox.run("show", "--json", run).out());
    }

    /** Command lines of processes outside of sandboxes that have to do with this installation. */
    List<String> processes(String word) {
        return ProcessHandle.allProcesses()
                .map(OxRepository::commandLine)
                .filter(line -> line.contains(data.toString()) && line.contains(word))
                .toList();
    }

    /** Ends those processes. */
    void kill(String word) {
        ProcessHandle.allProcesses()
                .filter(p -> commandLine(p).contains(data.toString()))
                .filter(p -> commandLine(p).contains(word))
                .forEach(p -> Posix.kill(p.pid(), 9));
    }

    static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
                    .replace('\0', ' ');
        } catch (IOException ended) {
            return "";
        }
    }

    /** Removes the sandboxes and the installation. */
    void delete() throws Exception {
        JsonNode sandboxes = Json.tree(ox.run("ps", "--all", "--json").out()).get("sandboxes");
        sandboxes.forEach(sandbox -> ox.run("rm", "--force", sandbox.get("id").stringValue()));
        // Holds a copy of /etc full of links, about each of which JUnit would warn.
        Process removal = new ProcessBuilder("rm", "-rf", data.toString()).inheritIO().start();
        assertThat(removal.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
}
