package dev.oxbow.agents;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The one table of event names and the records that stand for them. */
final class EventTypes {
    private static final Map<Class<? extends Event>, String> NAMES =
            Map.ofEntries(
                    entry(AgentEvent.AgentSession.class, "agent.session"),
                    entry(AgentEvent.MessageDelta.class, "message.delta"),
                    entry(AgentEvent.Message.class, "message"),
                    entry(AgentEvent.Reasoning.class, "reasoning"),
                    entry(AgentEvent.ToolStarted.class, "tool.started"),
                    entry(AgentEvent.ToolOutput.class, "tool.output"),
                    entry(AgentEvent.ToolCompleted.class, "tool.completed"),
                    entry(AgentEvent.Plan.class, "plan"),
                    entry(AgentEvent.PermissionAsked.class, "permission.asked"),
                    entry(AgentEvent.PermissionAnswered.class, "permission.answered"),
                    entry(AgentEvent.InputAsked.class, "input.asked"),
                    entry(AgentEvent.InputAnswered.class, "input.answered"),
                    entry(AgentEvent.Usage.class, "usage"),
                    entry(AgentEvent.Retrying.class, "agent.retrying"),
                    entry(AgentEvent.Notice.class, "notice"),
                    entry(AgentEvent.RunCompleted.class, "run.completed"),
                    entry(AgentEvent.RunError.class, "run.error"),
                    entry(AgentEvent.Unknown.class, "unknown"),
                    entry(EngineEvent.RunQueued.class, "run.queued"),
                    entry(EngineEvent.RunStarted.class, "run.started"),
                    entry(EngineEvent.RunPhase.class, "run.phase"),
                    entry(EngineEvent.SandboxCreated.class, "sandbox.created"),
                    entry(EngineEvent.SandboxReused.class, "sandbox.reused"),
                    entry(EngineEvent.SandboxStarted.class, "sandbox.started"),
                    entry(EngineEvent.SandboxRecreated.class, "sandbox.recreated"),
                    entry(EngineEvent.SandboxLimits.class, "sandbox.limits"),
                    entry(EngineEvent.SandboxForked.class, "sandbox.forked"),
                    entry(EngineEvent.SandboxCheckpoint.class, "sandbox.checkpoint"),
                    entry(EngineEvent.SandboxStopped.class, "sandbox.stopped"),
                    entry(EngineEvent.SandboxDestroyed.class, "sandbox.destroyed"),
                    entry(EngineEvent.AgentInstalling.class, "agent.installing"),
                    entry(EngineEvent.AgentInstalled.class, "agent.installed"),
                    entry(EngineEvent.SyncStarted.class, "sync.started"),
                    entry(EngineEvent.SyncProgress.class, "sync.progress"),
                    entry(EngineEvent.SyncCompleted.class, "sync.completed"),
                    entry(EngineEvent.SyncWatched.class, "sync.watched"),
                    entry(EngineEvent.SyncConflict.class, "sync.conflict"),
                    entry(EngineEvent.SyncWarning.class, "sync.warning"),
                    entry(EngineEvent.EgressAllowed.class, "egress.allowed"),
                    entry(EngineEvent.EgressDenied.class, "egress.denied"),
                    entry(EngineEvent.ProcessReaped.class, "process.reaped"),
                    entry(EngineEvent.Gap.class, "gap"),
                    entry(EngineEvent.SandboxPaused.class, "sandbox.paused"),
                    entry(EngineEvent.SandboxResumed.class, "sandbox.resumed"),
                    entry(EngineEvent.SandboxIdleWarning.class, "sandbox.idle_warning"),
                    entry(EngineEvent.ZombieDestroyed.class, "zombie.destroyed"));

    private static final Map<String, Class<? extends Event>> CLASSES =
            NAMES.entrySet().stream()
                    .collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));

    private EventTypes() {}

    static String nameOf(Event event) {
        String name = NAMES.get(event.getClass());
        if (name == null) {
            throw new IllegalStateException("no name for " + event.getClass());
        }
        return name;
    }

    static Optional<Class<? extends Event>> classOf(String name) {
        return Optional.ofNullable(CLASSES.get(name));
    }

    /** Every record that is an event, for tests that must not forget one. */
    static Map<Class<? extends Event>, String> all() {
        return NAMES;
    }
}
