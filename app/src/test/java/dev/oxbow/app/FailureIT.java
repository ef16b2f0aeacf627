package dev.oxbow.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.oxbow.agents.AgentName;
import dev.oxbow.agents.EngineEvent;
import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.agents.Outcome;
import dev.oxbow.base.ByteSize;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.EventStream;
import dev.oxbow.engine.ExecRequest;
import dev.oxbow.engine.Place;
import dev.oxbow.engine.RunOutcome;
import dev.oxbow.engine.RunRequest;
import dev.oxbow.engine.RunView;
import dev.oxbow.posix.Posix;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.Limits;
import dev.oxbow.sandbox.OutputFrame;
import dev.oxbow.sandbox.OutputReader;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.testing.ModelServer;
import dev.oxbow.testing.Script;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What can go wrong around an agent in a real sandbox: each has its class, code and exit code. */
@Timeout(120)
class FailureIT {
    private Repository repository;
    private Engine engine;

    @BeforeEach
    void open() throws Exception {
        repository = new Repository();
        engine =
                Oxbow.at(repository.data())
                        .agentsOf(RealAgents.DATA)
                        .environment(Map.of("TEST_KEY", "wrong-key-51c0d7"))
                        .open();
    }

    @AfterEach
    void close() throws Exception {
        engine.sandboxes().forEach(sandbox -> engine.remove(sandbox.id(), true));
        engine.close();
        repository.delete();
    }

    @Test
    void onlyTheHostAndPortOfTheListIsReachedAndEventsSaySo() throws Exception {
        HttpServer allowed = server("allowed");
        HttpServer other = server("other");
        try {
            int good = allowed.getAddress().getPort();
            int bad = other.getAddress().getPort();
            RunId run =
                    start(
                            script(
                                            ("curl -s -m 20 -o good http://localhost:%d/; curl -s"
                                                 + " -m 20 -o bad http://localhost:%d/; curl -s -m"
                                                 + " 5 --noproxy '*' -o direct"
                                                 + " http://127.0.0.1:%d/; true")
                                                    .formatted(good, bad, good))
                                    .network(List.of("localhost:" + good)));
            List<EventEnvelope> events = follow(run);

            assertThat(outcomeOf(run).message()).isEqualTo("completed");
            assertThat(repository.worktree.resolve("good")).hasContent("allowed");
            assertThat(repository.read("bad")).doesNotContain("other");
            assertThat(repository.worktree.resolve("direct")).doesNotExist();
            assertThat(events)
                    .extracting(EventEnvelope::event)
                    .filteredOn(EngineEvent.EgressAllowed.class::isInstance)
                    .extracting(e -> ((EngineEvent.EgressAllowed) e).port())
                    .containsOnly(good);
            assertThat(events)
                    .extracting(EventEnvelope::event)
                    .filteredOn(EngineEvent.EgressDenied.class::isInstance)
                    .extracting(e -> ((EngineEvent.EgressDenied) e).port())
                    .containsOnly(bad);
        } finally {
            allowed.stop(0);
            other.stop(0);
        }
    }

    private static HttpServer server(String answer) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    exchange.sendResponseHeaders(200, answer.length());
                    exchange.getResponseBody().write(answer.getBytes(UTF_8));
                    exchange.close();
                });
        server.start();
        return server;
    }

    @Test
    void f13_anAgentThatReachesTheMemoryLimitSaysSo() throws Exception {
        Limits small =
                new Limits(
                        Optional.of(ByteSize.mebibytes(64)),
                        OptionalDouble.empty(),
                        OptionalInt.empty(),
                        Optional.empty());
        RunView view =
                engine.await(start(script("echo kept > k.txt; exec tail /dev/zero").limits(small)));
        assumeTrue(
                view.enforced().stream().anyMatch(e -> e.name().equals("memory") && e.inForce()),
                "no control group for memory on this machine");

        RunOutcome outcome = view.outcome().orElseThrow();
        assertThat(outcome.outcome()).isEqualTo(Outcome.TURN_FAILED);
        assertThat(outcome.exitCode()).isEqualTo(137);
        assertThat(outcome.reason()).contains("out_of_memory");
        assertThat(outcome.code()).contains(ErrorCode.OUT_OF_MEMORY);
        assertThat(repository.read("k.txt")).isEqualTo("kept\n");
    }

    @Test
    void f51_aFullDiskOfTheWorktreeWhichIsNotThatOfTheDataLosesNothing() throws Exception {
        assumeTrue(Posix.isRoot(), "only root can mount a small disk");
        Path small = Files.createDirectory(repository.folder.resolve("small"));
        command("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", small.toString());
        try {
            command("git", "clone", "-q", repository.worktree.toString(), small + "/tree");
            RunRequest request =
                    RunRequest.of(small.resolve("tree"), "")
                            .command(
                                    List.of(
                                            "/bin/sh",
                                            "-c",
                                            "echo mine > calc.txt; head -c 9000000 /dev/urandom"
                                                    + " > large"))
                            .build();

            RunView view = engine.await(engine.start(request).getFirst());

            RunOutcome outcome = view.outcome().orElseThrow();
            assertThat(outcome.code()).as(outcome.message()).contains(ErrorCode.NO_SPACE);
            assertThat(outcome.exitCode()).isEqualTo(74);
            assertThat(outcome.message().lines()).hasSize(1);
            assertThat(small.resolve("tree/calc.txt")).hasContent("one\ntwo\nthree");
            assertThat(said(view, "wc -c <large; cat calc.txt")).isEqualTo("9000000\nmine\n");
            engine.sandboxes().forEach(sandbox -> engine.remove(sandbox.id(), true));
        } finally {
            command("umount", "--lazy", small.toString());
        }
    }

    private String said(RunView run, String script) throws InterruptedException {
        Place place = new Place.OfSandbox(run.sandbox().orElseThrow());
        SandboxProcess process =
                engine.exec(ExecRequest.of(place, List.of("/bin/sh", "-c", script))).process();
        StringBuilder said = new StringBuilder();
        try (OutputReader reader = process.read(Cursor.START)) {
            while (true) {
                OutputFrame frame = reader.next(Deadline.in(Duration.ofSeconds(20))).orElseThrow();
                if (frame instanceof OutputFrame.Data data) {
                    said.append(new String(data.bytes(), UTF_8));
                } else if (frame instanceof OutputFrame.Exit) {
                    return said.toString();
                }
            }
        }
    }

    private static void command(String... words) throws Exception {
        assertThat(new ProcessBuilder(words).inheritIO().start().waitFor()).isZero();
    }

    @Test
    void aModelThatRefusesTheKeySaysSo() throws Exception {
        RealAgents.need(AgentName.CODEX);
        try (ModelServer model =
                ModelServer.start(Script.always(s -> s.say("never")), "the-right-key")) {
            RunOutcome outcome =
                    outcomeOf(start(codex(model.baseUrl(RealAgents.protocol(AgentName.CODEX)))));

            assertThat(outcome.outcome()).isEqualTo(Outcome.AUTH);
            assertThat(outcome.exitCode()).isEqualTo(77);
            assertThat(outcome.suggestion().orElseThrow()).contains("--model-key-env");
            assertThat(outcome.message()).doesNotContain("wrong-key-51c0d7");
        }
    }

    @Test
    void aModelThatIsNotThereIsUnavailable() throws Exception {
        RealAgents.need(AgentName.CODEX);

        RunOutcome outcome = outcomeOf(start(codex(URI.create("http://127.0.0.1:1/v1"))));

        assertThat(outcome.exitCode()).isEqualTo(69);
        assertThat(outcome.message()).contains("nobody answers at 127.0.0.1:1");
        assertThat(outcome.suggestion().orElseThrow()).contains("--model-url");
    }

    private RunRequest.Builder codex(URI model) {
        return RunRequest.of(repository.worktree, "hello")
                .model("test-model")
                .modelUrl(model)
                .modelKeyEnv("TEST_KEY")
                .timeout(Duration.ofSeconds(60));
    }

    @Test
    void aProgramThatIsNotThereIsNamed() throws Exception {
        RunRequest request =
                RunRequest.of(repository.worktree, "").command(List.of("no-such-program")).build();

        RunView view = engine.await(engine.start(request).getFirst());

        assertThat(view.outcome().orElseThrow().exitCode()).isEqualTo(1);
        assertThat(Files.readString(view.artifacts().resolve("run.log")))
                .contains("no-such-program");
    }

    @Test
    void aDataDirectoryInsideTheWorktreeNeverGoesIntoTheSandbox() {
        try (Engine inside = Oxbow.at(repository.worktree.resolve("data")).open()) {
            RunRequest request = script("true").build();

            assertThatThrownBy(() -> inside.start(request))
                    .isInstanceOf(OxException.class)
                    .hasMessageContaining("lies inside the worktree");
        }
    }

    @Test
    void f59_whatTheAgentLeavesBehindIsEndedAndTold() throws Exception {
        RunId run = start(script("setsid sleep 600 & setsid sleep 600 & true"));

        assertThat(follow(run))
                .extracting(EventEnvelope::event)
                .contains(new EngineEvent.ProcessReaped(2));
        assertThat(outcomeOf(run).exitCode()).isZero();
    }

    private RunRequest.Builder script(String script) {
        return RunRequest.of(repository.worktree, "").command(List.of("/bin/sh", "-c", script));
    }

    private RunId start(RunRequest.Builder request) {
        return engine.start(request.build()).getFirst();
    }

    private RunOutcome outcomeOf(RunId run) throws InterruptedException {
        return engine.await(run).outcome().orElseThrow();
    }

    private List<EventEnvelope> follow(RunId run) throws InterruptedException {
        List<EventEnvelope> all = new ArrayList<>();
        Deadline deadline = Deadline.in(Duration.ofMinutes(1));
        try (EventStream events = engine.events(run, 0)) {
            while (!events.finished() && !deadline.expired()) {
                events.next(deadline).ifPresent(all::add);
            }
        }
        return all;
    }
}
