package dev.oxbow.recording;

import dev.oxbow.agents.Outcome;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.base.ThreadId;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Gathers an {@link ExitReport}; each method sets the component of its name, the rest stays
 * unknown. Not for several threads.
 */
public final class ExitReportBuilder {
    private final RunId run;
    private final Outcome outcome;
    private final int exitCode;
    private final Map<String, Optional<Long>> phases = new LinkedHashMap<>();
    private Optional<String> reason = Optional.empty();
    private String message = "";
    private Optional<Instant> startedAt = Optional.empty();
    private Optional<Instant> endedAt = Optional.empty();
    private ExitReport.Agent agent = agentNamed("unknown");
    private ExitReport.Repo repo = ExitReport.Repo.UNKNOWN;
    private ExitReport.Usage usage = ExitReport.Usage.UNKNOWN;
    private ExitReport.Counts counts = ExitReport.Counts.NONE;
    private Optional<String> policy = Optional.empty();
    private ExitReport.Tier tier = ExitReport.Tier.UNKNOWN;
    private ExitReport.Flags flags = ExitReport.Flags.NONE;
    private Optional<ThreadId> thread = Optional.empty();
    private Optional<SandboxId> sandbox = Optional.empty();
    private int filesChanged;
    private int filesDeleted;
    private List<String> conflicts = List.of();
    private boolean partial;

    ExitReportBuilder(RunId run, Outcome outcome, int exitCode) {
        this.run = run;
        this.outcome = outcome;
        this.exitCode = exitCode;
        ExitReport.PHASES.forEach(phase -> phases.put(phase, Optional.empty()));
    }

    /** Starts from a report that is complete but for what is set after this. */
    static ExitReportBuilder from(ExitReport report) {
        ExitReportBuilder builder =
                new ExitReportBuilder(report.runId(), report.outcome(), report.exitCode());
        builder.phases.putAll(report.phases());
        builder.reason = report.reason();
        builder.message = report.message();
        builder.startedAt = report.startedAt();
        builder.endedAt = report.endedAt();
        builder.agent = report.agent();
        builder.repo = report.repo();
        builder.usage = report.usage();
        builder.counts = report.counts();
        builder.policy = report.policy();
        builder.tier = report.tier();
        builder.flags = report.flags();
        builder.thread = report.threadId();
        builder.sandbox = report.sandboxId();
        builder.filesChanged = report.filesChanged();
        builder.filesDeleted = report.filesDeleted();
        builder.conflicts = report.conflicts();
        builder.partial = report.partial();
        return builder;
    }

    private static ExitReport.Agent agentNamed(String name) {
        return new ExitReport.Agent(
                name,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty());
    }

    public ExitReportBuilder reason(Optional<String> value) {
        reason = value;
        return this;
    }

    public ExitReportBuilder message(String value) {
        message = value;
        return this;
    }

    /** When the run began and ended; the duration follows from it. */
    public ExitReportBuilder time(Instant started, Instant ended) {
        startedAt = Optional.of(started);
        endedAt = Optional.of(ended);
        return this;
    }

    /** How long one phase took; a phase that is named again is added to. */
    public ExitReportBuilder phase(String name, Duration took) {
        phases.merge(
                name,
                Optional.of(took.toMillis()),
                (a, b) -> Optional.of(a.orElse(0L) + b.orElse(0L)));
        return this;
    }

    public ExitReportBuilder agent(ExitReport.Agent value) {
        agent = value;
        return this;
    }

    public ExitReportBuilder repo(ExitReport.Repo value) {
        repo = value;
        return this;
    }

    public ExitReportBuilder usage(ExitReport.Usage value) {
        usage = value;
        return this;
    }

    public ExitReportBuilder counts(ExitReport.Counts value) {
        counts = value;
        return this;
    }

    public ExitReportBuilder policy(String value) {
        policy = Optional.of(value);
        return this;
    }

    public ExitReportBuilder tier(ExitReport.Tier value) {
        tier = value;
        return this;
    }

    public ExitReportBuilder flags(ExitReport.Flags value) {
        flags = value;
        return this;
    }

    public ExitReportBuilder thread(ThreadId value) {
        thread = Optional.of(value);
        return this;
    }

    public ExitReportBuilder sandbox(Optional<SandboxId> value) {
        sandbox = value;
        return this;
    }

    /** What came back into the worktree. */
    public ExitReportBuilder files(int changed, int deleted, List<String> inConflict) {
        filesChanged = changed;
        filesDeleted = deleted;
        conflicts = List.copyOf(inConflict);
        return this;
    }

    public ExitReportBuilder partial(boolean value) {
        partial = value;
        return this;
    }

    /** The report so far. */
    public ExitReport build() {
        return new ExitReport(
                ExitReport.SCHEMA_VERSION,
                run,
                outcome,
                reason,
                message,
                exitCode,
                startedAt,
                endedAt,
                duration(),
                phases,
                agent,
                repo,
                usage,
                counts,
                policy,
                tier,
                flags,
                Map.of(),
                thread,
                sandbox,
                filesChanged,
                filesDeleted,
                conflicts,
                partial);
    }

    private OptionalLong duration() {
        return startedAt.isPresent() && endedAt.isPresent()
                ? OptionalLong.of(
                        Math.max(0, Duration.between(startedAt.get(), endedAt.get()).toMillis()))
                : OptionalLong.empty();
    }
}
