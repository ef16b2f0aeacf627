package dev.oxbow.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.oxbow.base.Json;
import dev.oxbow.posix.Posix;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Commands and terminals that are left by one {@code ox} and taken up by another. */
class AttachIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir private Path temporary;
    private OxRepository repository;
    private OxProcess ox;

    @BeforeEach
    void aRepository() throws Exception {
        repository = new OxRepository(temporary);
        ox = repository.ox;
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        repository.delete();
    }

    private JsonNode onlyProcess() {
        JsonNode processes = Json.tree(ox.run("ps", "--json").out()).get("processes");
        assertThat(processes.size()).isEqualTo(1);
        return processes.get(0);
    }

    @Test
    void f42_aCommandIsReadFedAndWaitedForAfterItsOxWasKilled() throws Exception {
        OxProcess.Started first =
                ox.start(
                        "exec",
                        "sh",
                        "-c",
                        "echo one; until [ -e go ]; do sleep 0.05; done; echo two; exit 9");
        await().atMost(PATIENCE).until(() -> first.printed().contains("one"));
        first.process().destroyForcibly().waitFor();

        JsonNode process = onlyProcess();
        assertThat(process.get("terminal").booleanValue()).isFalse();
        String id = process.get("id").stringValue();
        OxProcess.Started second = ox.start("attach", id, "--since", "2");
        await().atMost(PATIENCE).until(() -> second.printed().contains("e\n"));
        assertThat(ox.run("exec", "touch", "go").exitCode()).isZero();
        OxProcess.Result result = OxProcess.await(second);
        assertThat(result.out()).isEqualTo("e\ntwo\n");
        assertThat(result.exitCode()).isEqualTo(9);

        OxProcess.Result ahead = ox.run("attach", id, "--since", "1000");
        assertThat(ahead.exitCode()).isEqualTo(74);
        assertThat(ahead.err()).contains("beyond the end");
    }

    @Test
    void aDetachedCommandIsGivenInputAndEnded() {
        String id =
                ox.run("exec", "--detach", "sh", "-c", "read -r x; echo got $x; sleep 600").out();
        List<String> words = OxProcess.words();
        String line = "echo it | " + String.join(" ", words) + " attach --stdin " + id.strip();
        OxProcess.Started fed = ox.start(List.of("sh", "-c", line));
        await().atMost(PATIENCE).until(() -> fed.printed().contains("got it"));

        OxProcess.Result killed = ox.run("kill", id.strip());
        assertThat(killed.exitCode()).as(killed.err()).isZero();
        assertThat(OxProcess.await(fed).exitCode()).isEqualTo(143);
        assertThat(ox.run("kill", "prc_00000000000000000000000000").exitCode()).isEqualTo(69);
    }

    @Test
    void f42_aTerminalIsBroughtBackAfterItsOxWasKilled() throws Exception {
        String ox1 = String.join(" ", OxProcess.words());
        OxProcess.Started first =
                ox.with("TERM", "xterm")
                        .start(
                                List.of(
                                        "script",
                                        "-qec",
                                        ox1
                                                + " shell -- sh -c 'echo seen before; until [ -e go"
                                                + " ]; do sleep 0.05; done; echo seen after; exit"
                                                + " 5'",
                                        "/dev/null"));
        await().atMost(PATIENCE).until(() -> first.printed().contains("seen before"));
        first.process()
                .descendants()
                .filter(each -> each.info().command().orElse("").endsWith("/java"))
                .forEach(ProcessHandle::destroyForcibly);
        OxProcess.await(first);

        JsonNode process = onlyProcess();
        assertThat(process.get("terminal").booleanValue()).isTrue();
        String id = process.get("id").stringValue();
        assertThat(ox.run("shell", "--list").out()).contains(id);
        OxProcess.Started second =
                ox.start(List.of("script", "-qec", ox1 + " shell --attach " + id, "/dev/null"));
        await().atMost(PATIENCE).until(() -> second.printed().contains("seen before"));
        assertThat(ox.run("exec", "touch", "go").exitCode()).isZero();
        OxProcess.Result result = OxProcess.await(second);
        assertThat(result.out()).contains("seen after");
        assertThat(result.exitCode()).isEqualTo(5);
        assertThat(Files.exists(repository.data)).isTrue();
    }

    @Test
    void aRunIsFollowedFromWhereOneLikesAndLeftAloneByCtrlC() {
        OxProcess.Result started =
                ox.run(
                        "run",
                        "--detach",
                        "--agent",
                        "command",
                        "--",
                        "sh",
                        "-c",
                        "echo working; until [ -e go ]; do sleep 0.05; done; echo made >b.txt");
        String id = started.out().strip();
        OxProcess.Started watching = ox.start("attach", id);
        await().atMost(PATIENCE).until(() -> watching.printed().contains("working"));
        assertThat(Posix.kill(watching.process().pid(), 2)).isTrue();
        OxProcess.Result left = OxProcess.await(watching);
        assertThat(left.exitCode()).isEqualTo(130);
        assertThat(left.err()).contains("come back with: ox attach " + id);

        OxProcess.Started again = ox.start("attach", "--json", id, "--since", "3");
        assertThat(ox.run("exec", "--run", id, "touch", "go").exitCode()).isZero();
        OxProcess.Result end = OxProcess.await(again);
        assertThat(end.exitCode()).isZero();
        assertThat(Json.tree(end.out().lines().findFirst().orElseThrow()).get("seq").intValue())
                .isEqualTo(4);
        assertThat(Json.tree(end.lastLine()).get("outcome").stringValue()).isEqualTo("completed");
        assertThat(repository.tree.resolve("b.txt")).hasContent("made\n");
    }
}
