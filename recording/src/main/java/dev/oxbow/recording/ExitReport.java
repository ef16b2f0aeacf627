package dev.oxbow.recording;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.oxbow.agents.Outcome;
import dev.oxbow.base.Json;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.base.ThreadId;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * {@code exit.json}: what a run came to, for programs. Every key is always there; what is not known
 * is null.
 *
 * @param schemaVersion version of this document
 * @param reason why it is not {@code completed}, as in {@code run.error}
 * @param message one line for people
 * @param exitCode exit code of {@code ox} for this run
 * @param durationMs from start to end, milliseconds
 * @param phases milliseconds in each phase; null for one that was not reached
 * @param policy rights of the agent
 * @param artifacts files beside this one, by name
 * @param filesChanged files written into the worktree
 * @param filesDeleted files removed from the worktree
 * @param conflicts paths that both sides changed
 * @param partial whether the work came back in spite of a run that did not complete
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
@JsonPropertyOrder({
    "schemaVersion",
    "runId",
    "outcome",
    "reason",
    "message",
    "exitCode",
    "startedAt",
    "endedAt",
    "durationMs",
    "phases",
    "agent",
    "repo",
    "usage",
    "counts",
    "policy",
    "tier",
    "flags",
    "artifacts",
    "threadId",
    "sandboxId",
    "filesChanged",
    "filesDeleted",
    "conflicts",
    "partial"
})
public record ExitReport(
        int schemaVersion,
        RunId runId,
        Outcome outcome,
        Optional<String> reason,
        String message,
        int exitCode,
        Optional<Instant> startedAt,
        Optional<Instant> endedAt,
        OptionalLong durationMs,
        Map<String, Optional<Long>> phases,
        Agent agent,
        Repo repo,
        Usage usage,
        Counts counts,
        Optional<String> policy,
        Tier tier,
        Flags flags,
        Map<String, Written> artifacts,
        Optional<ThreadId> threadId,
        Optional<SandboxId> sandboxId,
        int filesChanged,
        int filesDeleted,
        List<String> conflicts,
        boolean partial) {
    /** The version written now. */
    public static final int SCHEMA_VERSION = 1;

    /** Phases of {@code ox run}, in order. */
    public static final List<String> PHASES =
            List.of("queued", "sandbox_create", "setup", "sync_in", "agent_running", "sync_out");

    /** Copies the collections. */
    public ExitReport {
        phases = unmodifiable(phases);
        artifacts = unmodifiable(artifacts);
        conflicts = List.copyOf(conflicts);
    }

    private static <V> Map<String, V> unmodifiable(Map<String, V> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    /** A report in which everything else is still unknown. */
    public static ExitReportBuilder of(RunId run, Outcome outcome, int exitCode) {
        return new ExitReportBuilder(run, outcome, exitCode);
    }

    /** The same with those files beside it. */
    ExitReport with(Map<String, Written> files) {
        return new ExitReport(
                schemaVersion,
                runId,
                outcome,
                reason,
                message,
                exitCode,
                startedAt,
                endedAt,
                durationMs,
                phases,
                agent,
                repo,
                usage,
                counts,
                policy,
                tier,
                flags,
                files,
                threadId,
                sandboxId,
                filesChanged,
                filesDeleted,
                conflicts,
                partial);
    }

    /** The document, indented, with a final line end. */
    public String toJson() {
        return Json.writePretty(this);
    }

    /**
     * The agent of the run.
     *
     * @param mode {@code exec} or {@code resume}
     * @param argv its command line, without prompt and secrets
     * @param exitCode its own exit code
     * @param signal number of the signal that ended it
     * @param sessionId its own name of the session
     * @param terminalEvent its own last event
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Agent(
            String name,
            Optional<String> version,
            Optional<String> model,
            Optional<String> mode,
            Optional<List<String>> argv,
            OptionalInt exitCode,
            OptionalInt signal,
            Optional<String> sessionId,
            Optional<String> terminalEvent) {}

    /**
     * The repository the agent worked in.
     *
     * @param url where it is from, without user info
     * @param ref what was asked for
     * @param shaAfter what the agent committed last on that branch, else what is checked out after
     *     the run
     * @param dirty whether the work tree holds uncommitted changes after the run
     * @param filesChanged files in {@code diff.patch}
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Repo(
            Optional<String> url,
            Optional<String> dir,
            Optional<String> ref,
            Optional<String> branch,
            Optional<String> shaBefore,
            Optional<String> shaAfter,
            Optional<Boolean> dirty,
            OptionalInt filesChanged,
            OptionalInt insertions,
            OptionalInt deletions) {
        /** Nothing known. */
        public static final Repo UNKNOWN =
                new Repo(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        OptionalInt.empty());

        /** The same with the size of the change, unless it is known already. */
        Repo with(DiffStat stat) {
            return filesChanged.isPresent()
                    ? this
                    : new Repo(
                            url,
                            dir,
                            ref,
                            branch,
                            shaBefore,
                            shaAfter,
                            dirty,
                            OptionalInt.of(stat.files().size()),
                            OptionalInt.of(stat.insertions()),
                            OptionalInt.of(stat.deletions()));
        }
    }

    /** Tokens of the run; cached and cache-write are part of input, reasoning of output. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Usage(
            OptionalLong inputTokens,
            OptionalLong cachedInputTokens,
            OptionalLong cacheWriteTokens,
            OptionalLong outputTokens,
            OptionalLong reasoningTokens,
            Optional<Double> costUsd) {
        /** Nothing reported. */
        public static final Usage UNKNOWN =
                new Usage(
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        Optional.empty());
    }

    /** How often things happened. */
    public record Counts(
            int commands,
            int commandsFailed,
            int commandsUnfinished,
            int toolsDeclined,
            int retries,
            int unknownEvents) {
        /** Nothing counted. */
        public static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0);

        /** The same with that many unknown events, if that is more. */
        public Counts withUnknown(int events) {
            return new Counts(
                    commands,
                    commandsFailed,
                    commandsUnfinished,
                    toolsDeclined,
                    retries,
                    Math.max(events, unknownEvents));
        }
    }

    /**
     * Strength of the walls.
     *
     * @param declared what was asked for
     * @param effective what was proven
     * @param innerSandbox the agent's own sandbox, if it used one
     * @param probe {@code ok}, or what failed
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Tier(
            Optional<String> declared,
            Optional<String> effective,
            Optional<String> innerSandbox,
            Optional<String> probe) {
        /** Nothing known. */
        public static final Tier UNKNOWN =
                new Tier(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Extra flags for the agent: as given, as passed on, and what became what. */
    public record Flags(List<String> given, List<String> effective, List<Translation> translated) {
        /** No extra flags. */
        public static final Flags NONE = new Flags(List.of(), List.of(), List.of());

        /** Copies the lists. */
        public Flags {
            given = List.copyOf(given);
            effective = List.copyOf(effective);
            translated = List.copyOf(translated);
        }
    }

    /** One flag that was replaced. */
    public record Translation(String from, List<String> to) {}

    /** A file as it was written. */
    public record Written(long bytes, String sha256) {}
}
