package dev.oxbow.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.engine.Contingency;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.RunOutcome;
import dev.oxbow.engine.RunRequest;
import dev.oxbow.providers.fake.FakeProvider;
import dev.oxbow.providers.fake.FakeWorld;
import dev.oxbow.resilience.Patience;
import dev.oxbow.resilience.ResilientProvider;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.faults.FaultScript;
import dev.oxbow.sandbox.faults.FaultyProvider;
import dev.oxbow.sandbox.faults.Operation;
import dev.oxbow.sandbox.faults.VirtualTime;
import dev.oxbow.workspace.SampleManifests;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * An installation whose sandboxes are made by a provider far away, over a connection on which a
 * script plays, with one on this machine beside it.
 */
final class FarInstallation implements AutoCloseable {
    final VirtualTime time = new VirtualTime();
    final FakeWorld local;
    final Installation installation;
    final Engine engine;
    private final FaultyProvider faulty;

    FarInstallation(Path root, String script) throws Exception {
        this(root, script, Optional.of("local"));
    }

    /**
     * An installation.
     *
     * @param fallback the provider that stands in; empty for none
     */
    FarInstallation(Path root, String script, Optional<String> fallback) throws Exception {
        installation = new Installation(root);
        installation.world.named("far");
        local =
                FakeWorld.onDirectory(Files.createDirectories(root.resolve("near")))
                        .named("local")
                        .without(Capability.NET_RELAY);
        faulty =
                FaultyProvider.around(
                        new FakeProvider(installation.world),
                        FaultScript.parse(script),
                        time,
                        (_, target, sandbox) -> {
                            installation.world.lose(sandbox);
                            return target.equals("sandbox");
                        });
        installation.providers(
                new Contingency(fallback, Duration.ofMinutes(10), Duration.ofMinutes(2), time),
                new ResilientProvider(faulty, Patience.REMOTE, time),
                new FakeProvider(local));
        engine = installation.engine();
    }

    int calls(Operation operation) {
        return faulty.calls(operation);
    }

    /** The sandboxes that really are far away. */
    List<Sandbox> far() {
        return new FakeProvider(installation.world).list(Labels.NONE);
    }

    /** The sandboxes that really are on this machine. */
    List<Sandbox> near() {
        return new FakeProvider(local).list(Labels.NONE);
    }

    Path made() {
        return installation.worktree.resolve("made.txt");
    }

    RunRequest.Builder script(String script) {
        return installation.script(script);
    }

    /** A sandbox that was given files, as after a run. */
    SandboxId sandboxWithWork() throws InterruptedException {
        Ended first = run(script("true"));
        SandboxId id = engine.run(first.run()).sandbox().orElseThrow();
        installation.manifests().save(SampleManifests.of(id, installation.worktree.toString()));
        return id;
    }

    /** A run that has ended as every run must: told in order, and the providers agree with us. */
    Ended run(RunRequest.Builder request) throws InterruptedException {
        RunId run = engine.start(request.build()).getFirst();
        List<EventEnvelope> events = Installation.follow(engine, run);
        RunOutcome outcome = engine.await(run).outcome().orElseThrow();
        List<String> types = Installation.types(events);
        assertThat(types)
                .filteredOn(type -> type.equals("run.completed") || type.equals("run.error"))
                .as("one last event, at the end of %s", types)
                .containsExactly(types.getLast());
        assertThat(outcome.message()).isNotBlank().doesNotContain("\n");
        if (outcome.exitCode() != 0) {
            assertThat(types.getLast()).isEqualTo("run.error");
            assertThat(outcome.code()).isPresent();
        }
        return new Ended(run, events, types, outcome);
    }

    /** What became of a run. */
    record Ended(RunId run, List<EventEnvelope> events, List<String> types, RunOutcome outcome) {
        String told() {
            StringBuilder all = new StringBuilder();
            events.forEach(event -> all.append(event.event()).append('\n'));
            return all.toString();
        }
    }

    @Override
    public void close() {
        engine.close();
        installation.close();
        local.close();
    }
}
