package dev.oxbow.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oxbow.base.Json;
import dev.oxbow.posix.Posix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The command as a process, with real sandboxes of this machine. */
class OxIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir private Path temporary;
    private OxRepository repository;
    private Path data;
    private Path tree;
    private OxProcess ox;

    @BeforeEach
    void aRepository() throws Exception {
        repository = new OxRepository(temporary);
        data = repository.data;
        tree = repository.tree;
        ox = repository.ox;
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        repository.delete();
    }

    private OxProcess.Result command(String script, String... flags) {
        List<String> args = new java.util.ArrayList<>(List.of("run", "--agent", "command"));
        args.addAll(List.of(flags));
        args.addAll(List.of("--", "sh", "-c", script));
        return ox.run(args.toArray(String[]::new));
    }

    @Test
    void aCommandWorksInASandboxAndItsChangesComeBack() throws IOException {
        OxProcess.Result result = command("echo two >>a.txt; echo new >b.txt", "--json");

        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
        JsonNode outcome = Json.tree(result.lastLine());
        assertThat(outcome.get("type").stringValue()).isEqualTo("outcome");
        assertThat(outcome.get("outcome").stringValue()).isEqualTo("completed");
        assertThat(outcome.get("files_changed").intValue()).isEqualTo(2);
        assertThat(tree.resolve("a.txt")).hasContent("one\ntwo\n");
        assertThat(tree.resolve("b.txt")).hasContent("new\n");
        Path artifacts = Path.of(outcome.get("artifacts").stringValue());
        assertThat(artifacts.resolve("exit.json")).exists();
        assertThat(artifacts.resolve("events.jsonl")).exists();
        assertThat(result.out().lines())
                .allSatisfy(line -> assertThat(Json.tree(line).isObject()).isTrue());
    }

    @Test
    void aFailingCommandExitsWith1AndKeepsItsWork() {
        OxProcess.Result result = command("echo kept >k.txt; exit 3");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(tree.resolve("k.txt")).hasContent("kept\n");
        assertThat(result.err()).startsWith("ox: ").doesNotContain("\tat ");
    }

    @Test
    void execPassesInputOutputAndExitCode() {
        OxProcess.Result result =
                ox.run("exec", "-e", "WORD=hi", "sh", "-c", "cat a.txt; echo $WORD >&2; exit 7");

        assertThat(result.exitCode()).isEqualTo(7);
        assertThat(result.out()).isEqualTo("one\n");
        assertThat(result.err()).isEqualTo("hi\n");
    }

    @Test
    void outsideOfARepositoryTheCodeIs66() {
        OxProcess elsewhere = new OxProcess(temporary, temporary, data);

        OxProcess.Result result = elsewhere.run("run", "--agent", "command", "--", "true");

        assertThat(result.exitCode()).isEqualTo(66);
        assertThat(result.err().lines()).hasSize(2);
    }

    @Test
    void anUnknownAgentIsWrongUsage() {
        OxProcess.Result result = ox.run("run", "--agent", "nobody", "hello");

        assertThat(result.exitCode()).isEqualTo(64);
        assertThat(result.err()).contains("nobody", "codex");
    }

    @Test
    void aMissingKeyIsNamedBeforeAnythingIsMade() {
        OxProcess.Result result =
                ox.with("OPENAI_API_KEY", "")
                        .with("CODEX_API_KEY", "")
                        .run("run", "--json", "hello");

        assertThat(result.exitCode()).isEqualTo(77);
        assertThat(result.err()).contains("OPENAI_API_KEY");
        assertThat(Json.tree(result.lastLine()).get("outcome").stringValue()).isEqualTo("auth");
    }

    @Test
    void theTimeLimitExitsWith124() {
        assertThat(command("sleep 60", "--timeout", "1s").exitCode()).isEqualTo(124);
    }

    @Test
    void oneInterruptStopsTheAgentAndBringsItsWorkBack() {
        OxProcess.Started run =
                ox.start(
                        "run",
                        "--agent",
                        "command",
                        "--json",
                        "--",
                        "sh",
                        "-c",
                        "echo half >half.txt; echo ready; sleep 60");
        await().atMost(PATIENCE).until(() -> run.printed().contains("ready"));

        interrupt(run.process());
        OxProcess.Result result = OxProcess.await(run);

        assertThat(result.exitCode()).isEqualTo(130);
        assertThat(Json.tree(result.lastLine()).get("outcome").stringValue())
                .isEqualTo("cancelled");
        assertThat(tree.resolve("half.txt")).hasContent("half\n");
    }

    @Test
    void aDetachedRunEndsByItself() {
        OxProcess.Result started =
                ox.run("run", "--detach", "--agent", "command", "--", "sh", "-c", "echo d >d.txt");
        String run = started.out().strip();

        assertThat(started.exitCode()).isZero();
        assertThat(run).startsWith("run_");
        OxProcess.Result events = ox.run("events", "-f", "--json", run);
        assertThat(Json.tree(events.lastLine()).get("type").stringValue())
                .isEqualTo("run.completed");
        assertThat(tree.resolve("d.txt")).hasContent("d\n");
    }

    @Test
    void attemptsWorkSideBySideAndOneIsKept() throws IOException {
        OxProcess.Result result =
                command("echo $RANDOM$$ >a.txt; pwd >where.txt", "--json", "--attempts", "2");

        assertThat(result.exitCode()).as(result.err()).isZero();
        List<JsonNode> outcomes =
                result.out()
                        .lines()
                        .map(Json::tree)
                        .filter(line -> line.get("type").stringValue().equals("outcome"))
                        .toList();
        assertThat(outcomes).hasSize(2);
        assertThat(outcomes.stream().map(line -> line.get("sandbox").stringValue()).distinct())
                .hasSize(2);
        assertThat(tree.resolve("a.txt")).hasContent("one\n");
        String best = outcomes.getLast().get("run").stringValue();
        OxProcess.Result applied = ox.run("apply", best);
        assertThat(applied.exitCode()).as(applied.err()).isZero();
        assertThat(tree.resolve("where.txt")).hasContent("/workspace\n");
        OxProcess.Result after = command("cat a.txt");
        assertThat(after.out()).contains(Files.readString(tree.resolve("a.txt")).strip());
    }

    @Test
    void theDoctorTellsOfRecordsThatCannotBeRead() throws IOException {
        Path broken = Files.createDirectory(temporary.resolve("broken"));
        Files.writeString(
                broken.resolve("oxbow.db"), "this is no database, whatever its name says");

        OxProcess.Result result = new OxProcess(temporary, tree, broken).run("doctor", "--json");

        assertThat(result.exitCode()).isNotZero();
        assertThat(result.out()).contains("it is not a database", "\"git\"");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void f31_bothSidesChangedIsAConflictUntilItIsSettled() throws IOException {
        OxProcess.Started run =
                ox.start(
                        "run",
                        "--agent",
                        "command",
                        "--json",
                        "--",
                        "sh",
                        "-c",
                        "echo ready; sleep 3; echo sandbox >a.txt");
        await().atMost(PATIENCE).until(() -> run.printed().contains("ready"));
        Files.writeString(tree.resolve("a.txt"), "mine\n");

        OxProcess.Result result = OxProcess.await(run);

        assertThat(result.exitCode()).isEqualTo(73);
        assertThat(Json.tree(result.lastLine()).get("conflicts").toString())
                .isEqualTo("[\"a.txt\"]");
        assertThat(tree.resolve("a.txt")).hasContent("mine\n");
        assertThat(ox.run("diff").out()).contains("+sandbox");
        OxProcess.Result applied = ox.run("apply", "--on-conflict", "sandbox");
        assertThat(applied.exitCode()).as(applied.err()).isZero();
        assertThat(tree.resolve("a.txt")).hasContent("sandbox\n");
    }

    @Test
    void aShellIsARealTerminal() {
        String line =
                String.join(" ", OxProcess.words())
                        + " shell -- sh -c 'test -t 0 && test -t 1 && stty size; exit 5'";

        OxProcess.Result result =
                OxProcess.await(
                        ox.with("TERM", "xterm")
                                .start(List.of("script", "-qec", line, "/dev/null")));

        assertThat(result.out()).containsPattern("\\d+ \\d+");
        assertThat(result.exitCode()).isEqualTo(5);
    }

    private static void interrupt(Process process) {
        assertThat(Posix.kill(process.pid(), 2)).isTrue();
    }
}
