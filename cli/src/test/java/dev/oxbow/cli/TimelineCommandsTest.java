package dev.oxbow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.agents.AgentEvent;
import dev.oxbow.base.Json;
import dev.oxbow.engine.AttemptView;
import dev.oxbow.engine.RunRequest;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class TimelineCommandsTest {
    private final FakeEngine engine = new FakeEngine();

    @Test
    void aCheckpointIsOneLineThatOtherCommandsTake() {
        CommandLineRun run = ox("checkpoint", "mine");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo(FakeTimeline.id(1) + "\n");
        assertThat(run.err()).contains("ox rollback " + FakeTimeline.id(1));
        assertThat(ox("checkpoint", "-q", "other").err()).isEmpty();
        assertThat(Json.tree(ox("checkpoint", "--json", "third").out()).path("origin").asString())
                .isEqualTo("user");
    }

    @Test
    void theListIsATableOrADocument() {
        assertThat(ox("checkpoints").err()).contains("no checkpoint yet");
        ox("checkpoint", "first");
        ox("checkpoint", "second\u001b[2J");

        CommandLineRun run = ox("checkpoints");
        JsonNode json = Json.tree(ox("checkpoints", "--json").out());

        assertThat(run.out().lines().map(line -> line.replaceAll(" {2,}.*", "")))
                .containsExactly(
                        "CHECKPOINT", FakeTimeline.id(2).value(), FakeTimeline.id(1).value());
        assertThat(run.out()).contains("1.5 kB", "first").doesNotContain("\u001b");
        assertThat(json.path("checkpoints")).hasSize(2);
        assertThat(json.at("/checkpoints/1/name").asString()).isEqualTo("first");
        assertThat(json.at("/checkpoints/1/bytes").asInt()).isEqualTo(1500);
    }

    @Test
    void aCheckpointIsNamedByIdByPartOrByName() {
        ox("checkpoint", "mine");

        for (String name : List.of(FakeTimeline.id(1).value(), "00001", "mine")) {
            CommandLineRun run = ox("rollback", name);

            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.out()).contains(FakeEngine.SANDBOX.value());
            assertThat(run.err()).contains("1 process ended", "undo it with: ox rollback cpt_");
        }
        assertThat(engine.timeline.done)
                .containsExactly(
                        "rollback " + FakeTimeline.id(1),
                        "rollback " + FakeTimeline.id(1),
                        "rollback " + FakeTimeline.id(1));
    }

    @Test
    void whatIsNotThereIsOneLineThatSaysWhatToDo() {
        CommandLineRun run = ox("rollback", "nothing");

        assertThat(run.exitCode()).isEqualTo(69);
        assertThat(run.err().lines().findFirst().orElseThrow())
                .contains("no checkpoint 'nothing' of this worktree");
        assertThat(run.err()).contains("ox checkpoints");
        assertThat(ox("rollback").exitCode()).isEqualTo(64);
        assertThat(ox("fork", "--count", "0", "mine").exitCode()).isEqualTo(64);
        assertThat(ox("fork", "--count", "x", "mine").exitCode()).isEqualTo(64);
    }

    @Test
    void forksAreOfACheckpointOrOfASandbox() {
        ox("checkpoint", "mine");

        CommandLineRun run = ox("fork", "mine", "--count", "2");
        JsonNode json = Json.tree(ox("fork", "--json", FakeEngine.SANDBOX.value()).out());

        assertThat(run.out()).isEqualTo((FakeEngine.SANDBOX + "\n").repeat(2));
        assertThat(json.at("/forks/0/from").asString()).isEqualTo(FakeTimeline.id(1).value());
        assertThat(engine.timeline.done)
                .containsExactly("fork " + FakeTimeline.id(1), "fork " + FakeEngine.SANDBOX);
    }

    @Test
    void checkpointsAreRemovedByName() {
        CommandLineRun run = ox("rm", FakeTimeline.id(7).value());

        assertThat(run.exitCode()).isZero();
        assertThat(engine.timeline.done).containsExactly("remove " + FakeTimeline.id(7));
    }

    @Test
    void aRunBeginsFromACheckpoint() {
        ox("checkpoint", "mine");

        assertThat(ox("run", "--from", "mine", "hello").exitCode()).isZero();

        assertThat(engine.requests.getFirst().from()).contains(FakeTimeline.id(1));
        assertThat(ox("run", "--from", "mine", "--continue", "hello").exitCode()).isEqualTo(64);
        assertThat(ox("run", "--from", "mine", "--watch", "hello").exitCode()).isEqualTo(64);
        assertThat(ox("run", "--from", "none", "hello").exitCode()).isEqualTo(69);
    }

    @Test
    void attemptsAreShownSideBySide() {
        RunRequest request = RunRequest.of(CommandLineRun.CWD, "hello").attempts(2).build();
        engine.addRun(request, FakeEngine.completed(3, false));
        engine.addRun(request, FakeEngine.completed(1, false));
        engine.compared =
                engine.runs.stream()
                        .map(run ->
                                new AttemptView(
                                        run,
                                        OptionalInt.of(12),
                                        OptionalInt.of(4),
                                        Optional.of(
                                                AgentEvent.Usage.run(
                                                        1000, 0, 0, 234, 0, Optional.of(0.25)))))
                        .toList();

        CommandLineRun run = ox("show", "00001");
        JsonNode json = Json.tree(ox("show", "--json", "00001").out());

        assertThat(run.out())
                .contains("ATTEMPT  RUN")
                .containsPattern("completed +12 s +3 +\\+12 -4 +1,234 +\\$0\\.25\n");
        assertThat(json.path("id").asString()).isEqualTo(FakeEngine.id(1).value());
        assertThat(json.at("/comparison/1/insertions").asInt()).isEqualTo(12);
        assertThat(json.at("/comparison/1/run/id").asString()).isEqualTo(FakeEngine.id(2).value());
    }

    private CommandLineRun ox(String... args) {
        return CommandLineRun.of(engine, args);
    }
}
