package dev.oxbow.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.agents.EngineEvent;
import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.RunId;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.EventStream;
import dev.oxbow.engine.RunRequest;
import dev.oxbow.engine.RunView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Edits of the user reach a program that is at work in a real sandbox. */
@Timeout(120)
class WatchIT {
    private Repository repository;
    private Engine engine;

    @BeforeEach
    void open() throws Exception {
        repository = new Repository();
        engine = Oxbow.at(repository.data()).agentsOf(RealAgents.DATA).environment(Map.of()).open();
    }

    @AfterEach
    void close() throws Exception {
        engine.sandboxes().forEach(sandbox -> engine.remove(sandbox.id(), true));
        engine.close();
        repository.delete();
    }

    @Test
    void aProgramThatWaitsForAFileGetsItWhenTheUserMakesIt() throws Exception {
        String script =
                "echo ready; until test -e wish; do sleep 0.1; done; cp wish granted; echo done";
        RunId run =
                engine.start(
                                RunRequest.of(repository.worktree, "")
                                        .command(List.of("/bin/sh", "-c", script))
                                        .timeout(Duration.ofSeconds(60))
                                        .watch(RunRequest.DEFAULT_QUIET)
                                        .build())
                        .getFirst();

        List<EventEnvelope> events = new ArrayList<>();
        Deadline deadline = Deadline.in(Duration.ofMinutes(1));
        boolean wished = false;
        try (EventStream stream = engine.events(run, 0)) {
            while (!stream.finished() && !deadline.expired()) {
                stream.next(deadline).ifPresent(events::add);
                boolean works = events.stream().anyMatch(e -> e.type().equals("run.started"));
                if (works && !wished) {
                    repository.write("wish", "a pony\n");
                    wished = true;
                }
            }
        }
        RunView view = engine.await(run);

        assertThat(view.outcome().orElseThrow().message()).isEqualTo("completed");
        assertThat(repository.read("granted")).isEqualTo("a pony\n");
        assertThat(repository.read("wish")).isEqualTo("a pony\n");
        assertThat(view.outcome().orElseThrow().filesChanged()).isEqualTo(1);
        assertThat(events)
                .extracting(EventEnvelope::event)
                .filteredOn(EngineEvent.SyncWatched.class::isInstance)
                .extracting(e -> ((EngineEvent.SyncWatched) e).filesChanged())
                .containsExactly(1L);
    }
}
