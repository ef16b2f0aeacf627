package dev.oxbow.engine;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.ProcessId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.BootTime;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.Enforcement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How far a run is: everything another process needs to go on with it. Written before each act, so
 * that what it names may have been done, and what it does not name has not.
 *
 * @param phase what is being done
 * @param startedAt when it got its turn
 * @param phaseStartedAt when the phase began
 * @param phaseMillis milliseconds spent in each finished phase
 * @param provider who stands in for the provider of the run; empty if nobody does
 * @param sandbox where it runs
 * @param enforced the walls and limits of the sandbox
 * @param agentVersion the version that runs
 * @param resumed the agent's session that is continued
 * @param start the checkpoint of the files that the agent starts with: taken after sync-in, or what
 *     the sandbox was forked from
 * @param process the agent's process, chosen before it is started
 * @param agentStart when the agent was started
 * @param reading how far its output was read
 * @param sessionId the agent's session
 * @param stop why the agent is being stopped, noted before it is
 * @param agentEnd how the agent ended, once it has
 * @param commit what was checked out at sync-in
 * @param branch its branch; empty if HEAD was detached
 * @param endedAt when it ended
 * @param outcome how it ended
 */
public record RunProgress(
        RunPhase phase,
        Optional<Instant> startedAt,
        Instant phaseStartedAt,
        Map<String, Long> phaseMillis,
        Optional<String> provider,
        Optional<SandboxId> sandbox,
        List<Enforcement> enforced,
        Optional<String> agentVersion,
        Optional<String> resumed,
        Optional<CheckpointId> start,
        Optional<ProcessId> process,
        Optional<BootTime> agentStart,
        Reading reading,
        Optional<String> sessionId,
        Optional<StopCause> stop,
        Optional<AgentEnd> agentEnd,
        Optional<String> commit,
        Optional<String> branch,
        Optional<Instant> endedAt,
        Optional<RunOutcome> outcome) {

    /** Copies the collections. */
    public RunProgress {
        phaseMillis = Map.copyOf(phaseMillis);
        enforced = List.copyOf(enforced);
    }

    /** A run that has just been accepted. */
    static RunProgress queued() {
        return new RunProgress(
                RunPhase.QUEUED,
                Optional.empty(),
                Instant.now(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Reading.START,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /**
     * How far the output of the agent's process was turned into events and log. The numbers of
     * events tell a later reader, who decodes from the start, which ones are stored already.
     *
     * @param cursor next byte wanted of each stream
     * @param stdoutEvents events that standard output has given
     * @param stderrEvents events that standard error has given
     * @param logBytes length of the log that goes with this
     */
    public record Reading(Cursor cursor, long stdoutEvents, long stderrEvents, long logBytes) {
        /** Nothing read. */
        public static final Reading START = new Reading(Cursor.START, 0, 0, 0);
    }

    /** Why the engine ends an agent. */
    public enum StopCause {
        /** The wall deadline. */
        WALL,
        /** The idle deadline. */
        IDLE,
        /** Somebody asked for it. */
        CANCEL
    }

    /** The same with another outcome, of the same end. */
    public RunProgress withOutcome(RunOutcome value) {
        Change change = change();
        change.outcome = Optional.of(value);
        return change.done();
    }

    /** This with the parts changed that the caller sets. */
    Change change() {
        return new Change(this);
    }

    /** Collects changes. Not for several threads. */
    static final class Change {
        private final RunProgress from;
        private RunPhase phase;
        private Optional<Instant> startedAt;
        private Instant phaseStartedAt;
        private final Map<String, Long> phaseMillis;
        private Optional<String> provider;
        private Optional<SandboxId> sandbox;
        private List<Enforcement> enforced;
        private Optional<String> agentVersion;
        private Optional<String> resumed;
        private Optional<CheckpointId> start;
        private Optional<ProcessId> process;
        private Optional<BootTime> agentStart;
        private Reading reading;
        private Optional<String> sessionId;
        private Optional<StopCause> stop;
        private Optional<AgentEnd> agentEnd;
        private Optional<String> commit;
        private Optional<String> branch;
        private Optional<Instant> endedAt;
        private Optional<RunOutcome> outcome;

        private Change(RunProgress from) {
            this.from = from;
            phase = from.phase;
            startedAt = from.startedAt;
            phaseStartedAt = from.phaseStartedAt;
            phaseMillis = new TreeMap<>(from.phaseMillis);
            provider = from.provider;
            sandbox = from.sandbox;
            enforced = from.enforced;
            agentVersion = from.agentVersion;
            resumed = from.resumed;
            start = from.start;
            process = from.process;
            agentStart = from.agentStart;
            reading = from.reading;
            sessionId = from.sessionId;
            stop = from.stop;
            agentEnd = from.agentEnd;
            commit = from.commit;
            branch = from.branch;
            endedAt = from.endedAt;
            outcome = from.outcome;
        }

        /** Enters a phase and books the time of the one before. */
        Change phase(RunPhase value) {
            Instant now = Instant.now();
            long spent = Math.max(0, now.toEpochMilli() - from.phaseStartedAt.toEpochMilli());
            phaseMillis.merge(from.phase.wire(), spent, Long::sum);
            phase = value;
            phaseStartedAt = now;
            if (startedAt.isEmpty() && value != RunPhase.QUEUED) {
                startedAt = Optional.of(now);
            }
            return this;
        }

        Change provider(String value) {
            provider = Optional.of(value);
            return this;
        }

        Change sandbox(SandboxId value, List<Enforcement> walls) {
            sandbox = Optional.of(value);
            enforced = walls;
            return this;
        }

        Change agentVersion(String value) {
            agentVersion = Optional.of(value);
            return this;
        }

        Change resumed(Optional<String> value) {
            resumed = value;
            return this;
        }

        Change start(Optional<CheckpointId> value) {
            start = value;
            return this;
        }

        Change process(ProcessId value) {
            process = Optional.of(value);
            return this;
        }

        Change agentStart(BootTime value) {
            agentStart = Optional.of(value);
            return this;
        }

        Change reading(Reading value) {
            reading = value;
            return this;
        }

        Change sessionId(Optional<String> value) {
            sessionId = value;
            return this;
        }

        Change stop(StopCause value) {
            stop = Optional.of(value);
            return this;
        }

        Change agentEnd(AgentEnd value) {
            agentEnd = Optional.of(value);
            return this;
        }

        Change head(Optional<String> at, Optional<String> on) {
            commit = at;
            branch = on;
            return this;
        }

        Change outcome(RunOutcome value) {
            outcome = Optional.of(value);
            endedAt = Optional.of(Instant.now());
            return this;
        }

        RunProgress done() {
            return new RunProgress(
                    phase,
                    startedAt,
                    phaseStartedAt,
                    phaseMillis,
                    provider,
                    sandbox,
                    enforced,
                    agentVersion,
                    resumed,
                    start,
                    process,
                    agentStart,
                    reading,
                    sessionId,
                    stop,
                    agentEnd,
                    commit,
                    branch,
                    endedAt,
                    outcome);
        }
    }
}
