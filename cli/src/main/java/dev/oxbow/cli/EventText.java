package dev.oxbow.cli;

import dev.oxbow.agents.AgentEvent;
import dev.oxbow.agents.AgentEvent.Level;
import dev.oxbow.agents.AgentEvent.Message;
import dev.oxbow.agents.AgentEvent.Notice;
import dev.oxbow.agents.AgentEvent.Plan;
import dev.oxbow.agents.AgentEvent.Reasoning;
import dev.oxbow.agents.AgentEvent.Role;
import dev.oxbow.agents.AgentEvent.ToolCompleted;
import dev.oxbow.agents.AgentEvent.ToolKind;
import dev.oxbow.agents.AgentEvent.ToolStarted;
import dev.oxbow.agents.AgentEvent.ToolStatus;
import dev.oxbow.agents.EngineEvent;
import dev.oxbow.agents.EngineEvent.Direction;
import dev.oxbow.agents.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Turns events into lines for people. All text is clean; keeps what it must know of earlier events
 * of one run, so it serves one run and one thread.
 */
final class EventText {
    private static final int SHOWN_OUTPUT_LINES = 6;
    private static final int LINE_WIDTH = 400;

    private final Style style;
    private final boolean verbose;
    private final Map<String, ToolKind> openTools = new HashMap<>();

    /** What a tool has written of a line so far; a call is here once it has written anything. */
    private final Map<String, String> unendedLines = new HashMap<>();

    EventText(Style style, boolean verbose) {
        this.style = style;
        this.verbose = verbose;
    }

    /** Lines to show for an event; none for most of what only a machine wants to know. */
    List<String> lines(Event event) {
        return switch (event) {
            case EngineEvent ours -> engine(ours);
            case AgentEvent theirs -> agent(theirs);
        };
    }

    private List<String> engine(EngineEvent event) {
        return switch (event) {
            case EngineEvent.RunQueued e ->
                    e.ahead() == 0
                            ? List.of()
                            : step("waiting for " + Figures.of(e.ahead(), "run") + " before it");
            case EngineEvent.RunStarted e ->
                    step(
                            SafeText.line(e.agent() + " " + e.version(), 80)
                                    + " starts"
                                    + named(", model ", e.model())
                                    + named(", session ", e.resumedFrom()));
            case EngineEvent.SandboxCreated e ->
                    step(
                            "sandbox %s created (%s, %s) in %s"
                                    .formatted(
                                            e.sandboxId(),
                                            e.provider(),
                                            e.tier(),
                                            took(e.durationMs())));
            case EngineEvent.SandboxReused e -> step("sandbox " + e.sandboxId() + " used again");
            case EngineEvent.SandboxStarted e ->
                    step("sandbox " + e.sandboxId() + " started in " + took(e.durationMs()));
            case EngineEvent.SandboxRecreated e ->
                    step(
                            "sandbox "
                                    + e.sandboxId()
                                    + " takes the place of the earlier one: "
                                    + clean(e.reason()));
            case EngineEvent.SandboxForked e ->
                    step("sandbox " + e.sandboxId() + " begins as " + e.checkpointId());
            case EngineEvent.SandboxCheckpoint e ->
                    verbose
                            ? step("checkpoint " + e.checkpointId() + " " + clean(e.name()))
                            : List.of();
            case EngineEvent.SandboxLimits e -> limits(e);
            case EngineEvent.AgentInstalling e -> step(clean(e.message()));
            case EngineEvent.AgentInstalled e ->
                    step(
                            "%s %s installed in %s"
                                    .formatted(e.agent(), e.version(), took(e.durationMs())));
            case EngineEvent.SyncCompleted e -> step(synced(e));
            case EngineEvent.SyncWatched e -> step(watched(e));
            case EngineEvent.SyncConflict e ->
                    List.of(
                            style.warning("conflict ")
                                    + clean(e.path())
                                    + style.faint(" (" + clean(e.kind()) + ")")
                                    + named(": ", e.resolution()));
            case EngineEvent.SyncWarning e ->
                    List.of(
                            style.warning("warning ")
                                    + clean(e.message())
                                    + e.path().map(p -> " (" + clean(p) + ")").orElse(""));
            case EngineEvent.EgressDenied e ->
                    List.of(
                            style.warning("network ")
                                    + "refused "
                                    + clean(e.host())
                                    + ":"
                                    + e.port()
                                    + style.faint(" (" + clean(e.reason()) + ")"));
            case EngineEvent.Gap e ->
                    List.of(
                            style.warning("gap ")
                                    + clean(e.stream())
                                    + " "
                                    + e.from()
                                    + "–"
                                    + e.to());
            case EngineEvent.EgressAllowed e ->
                    detail("network allowed " + clean(e.host()) + ":" + e.port());
            case EngineEvent.ProcessReaped e ->
                    detail(
                            e.count() == 1
                                    ? "1 leftover process ended"
                                    : e.count() + " leftover processes ended");
            case EngineEvent.SandboxStopped e -> detail("sandbox stopped: " + clean(e.reason()));
            case EngineEvent.SandboxPaused e -> detail("sandbox paused: " + clean(e.reason()));
            case EngineEvent.SandboxResumed e ->
                    step("sandbox " + e.sandboxId() + " woken in " + took(e.durationMs()));
            case EngineEvent.SandboxIdleWarning e -> detail("sandbox " + clean(e.message()));
            case EngineEvent.ZombieDestroyed e -> detail("sandbox removed: " + clean(e.reason()));
            case EngineEvent.SandboxDestroyed e -> detail("sandbox removed: " + clean(e.reason()));
            case EngineEvent.RunPhase e -> detail("phase " + clean(e.phase()));
            case EngineEvent.SyncStarted _, EngineEvent.SyncProgress _ -> List.of();
        };
    }

    private List<String> limits(EngineEvent.SandboxLimits event) {
        List<String> lines = new ArrayList<>();
        for (EngineEvent.Limit limit : event.limits()) {
            if (!limit.inForce()) {
                lines.add(
                        style.warning("not in force ")
                                + clean(limit.name())
                                + style.faint(" (" + clean(limit.mechanism()) + ")"));
            } else if (verbose) {
                lines.add(
                        style.faint(
                                "  in force " + clean(limit.name() + ": " + limit.mechanism())));
            }
        }
        return lines;
    }

    private static String watched(EngineEvent.SyncWatched event) {
        List<String> parts = new ArrayList<>();
        if (event.filesChanged() > 0) {
            parts.add(Figures.of(event.filesChanged(), "file") + " brought in");
        }
        if (event.filesDeleted() > 0) {
            parts.add(Figures.count(event.filesDeleted()) + " deleted");
        }
        if (event.heldTotal() > 0) {
            parts.add(
                    Figures.of(event.heldTotal(), "file")
                            + " changed by the agent as well, left as they are"
                            + event.held().stream()
                                    .findFirst()
                                    .map(path -> " (" + clean(path) + ")")
                                    .orElse(""));
        }
        return "your edits: " + String.join(", ", parts);
    }

    private static String synced(EngineEvent.SyncCompleted event) {
        String files =
                event.filesChanged() == 0 && event.filesDeleted() == 0
                        ? "nothing changed"
                        : Figures.of(event.filesChanged(), "file")
                                + (event.filesDeleted() == 0
                                        ? ""
                                        : ", " + Figures.count(event.filesDeleted()) + " deleted");
        String size = event.bytes() > 0 ? ", " + Figures.bytes(event.bytes()) : "";
        return (event.direction() == Direction.IN ? "synced in: " : "brought back: ")
                + files
                + size
                + " in "
                + took(event.durationMs());
    }

    private List<String> agent(AgentEvent event) {
        return switch (event) {
            case Message e ->
                    e.role() == Role.ASSISTANT && !e.text().isBlank()
                            ? message(e.text())
                            : List.of();
            case ToolStarted e -> toolStarted(e);
            case ToolCompleted e -> toolCompleted(e);
            case Plan e -> plan(e);
            case Reasoning e ->
                    verbose && !e.delta() ? faint(e.text().strip().lines().toList()) : List.of();
            case AgentEvent.Retrying e ->
                    List.of(
                            style.warning("retrying ")
                                    + e.attempt()
                                    + (e.max().isPresent() ? " of " + e.max().getAsInt() : "")
                                    + ": "
                                    + clean(e.message()));
            case Notice e ->
                    e.level() == Level.INFO
                            ? detail(clean(e.message()))
                            : List.of(style.warning("notice ") + clean(e.message()));
            case AgentEvent.PermissionAsked e ->
                    List.of(style.warning("permission asked ") + clean(e.title()));
            case AgentEvent.PermissionAnswered e ->
                    detail("permission " + clean(e.optionId()) + named(": ", e.reason()));
            case AgentEvent.InputAsked e ->
                    e.questions().stream()
                            .map(q -> style.warning("question ") + clean(q.text()))
                            .toList();
            case AgentEvent.AgentSession e -> detail("session " + clean(e.nativeSessionId()));
            case AgentEvent.Unknown e -> detail("event " + clean(e.nativeType()));
            case AgentEvent.ToolOutput e -> toolOutput(e);
            case AgentEvent.MessageDelta _, AgentEvent.InputAnswered _, AgentEvent.Usage _ ->
                    List.of();
            case AgentEvent.RunCompleted e -> used(Optional.of(e.usage()));
            case AgentEvent.RunError e -> used(e.usage());
        };
    }

    private List<String> message(String text) {
        List<String> lines = new ArrayList<>();
        for (String line : SafeText.clean(text).strip().split("\n", -1)) {
            lines.add((lines.isEmpty() ? style.accent("● ") : "  ") + line.stripTrailing());
        }
        return lines;
    }

    private List<String> toolStarted(ToolStarted event) {
        openTools.put(event.callId(), event.kind());
        String what =
                event.command()
                        .map(command -> style.accent("$ ") + clean(command))
                        .orElseGet(() ->
                                style.accent("· ")
                                        + clean(
                                                event.title().isBlank()
                                                        ? event.name()
                                                        : event.title()));
        return List.of("  " + what);
    }

    /** Whole lines as they come; what replaces earlier output is shown when the call is over. */
    private List<String> toolOutput(AgentEvent.ToolOutput event) {
        if (event.mode() == AgentEvent.OutputMode.REPLACE) {
            return List.of();
        }
        String text = unendedLines.getOrDefault(event.callId(), "") + event.text();
        int end = text.lastIndexOf('\n') + 1;
        unendedLines.put(event.callId(), text.substring(end));
        return end == 0 ? List.of() : faint(text.substring(0, end).lines().toList());
    }

    private List<String> toolCompleted(ToolCompleted event) {
        ToolKind kind = openTools.remove(event.callId());
        Optional<String> rest = Optional.ofNullable(unendedLines.remove(event.callId()));
        List<String> lines = new ArrayList<>(faint(rest.orElse("").lines().toList()));
        event.changes()
                .forEach(change ->
                        lines.add(
                                "    "
                                        + style.faint(change.kind().name().toLowerCase(Locale.ROOT))
                                        + " "
                                        + clean(change.path())));
        boolean failed = event.status() != ToolStatus.OK;
        if (rest.isEmpty() && (failed || kind == ToolKind.COMMAND)) {
            lines.addAll(tail(event.output().orElse("")));
        }
        if (failed) {
            lines.add("    " + style.bad(status(event)) + named(": ", event.error()));
        }
        return lines;
    }

    private static String status(ToolCompleted event) {
        return switch (event.status()) {
            case OK -> "ok";
            case FAILED ->
                    event.exitCode().isPresent() ? "exit " + event.exitCode().getAsInt() : "failed";
            case DECLINED -> "not allowed";
            case ABORTED -> "not finished";
        };
    }

    /** The end of an output: where commands say what went wrong. */
    private List<String> tail(String output) {
        List<String> all = SafeText.clean(output).stripTrailing().lines().toList();
        List<String> shown = new ArrayList<>();
        int hidden = all.size() - SHOWN_OUTPUT_LINES;
        if (hidden > 0) {
            shown.add("… " + Figures.of(hidden, "line") + " above");
        }
        shown.addAll(all.subList(Math.max(0, hidden), all.size()));
        return faint(shown);
    }

    private List<String> faint(List<String> lines) {
        return lines.stream()
                .map(line -> style.faint("    " + SafeText.output(line, LINE_WIDTH)))
                .toList();
    }

    private List<String> plan(Plan event) {
        return event.entries().stream()
                .map(entry ->
                        switch (entry.status()) {
                                    case PENDING -> "  [ ] ";
                                    case IN_PROGRESS -> "  [>] ";
                                    case COMPLETED -> "  [x] ";
                                }
                                + clean(entry.text()))
                .toList();
    }

    /** What it took, once it is over; agents that tell nothing have no line. */
    private List<String> used(Optional<AgentEvent.Usage> usage) {
        return usage.filter(u -> u.inputTokens() + u.outputTokens() > 0)
                .map(u ->
                        step(
                                Figures.tokens(u.inputTokens(), u.outputTokens())
                                        + u.costUsd()
                                                .map(cost -> ", $" + Figures.dollars(cost))
                                                .orElse("")))
                .orElse(List.of());
    }

    private List<String> step(String text) {
        return List.of(style.faint("› ") + text);
    }

    private List<String> detail(String text) {
        return verbose ? List.of(style.faint("  " + text)) : List.of();
    }

    private static String named(String before, Optional<String> value) {
        return value.filter(v -> !v.isBlank()).map(v -> before + clean(v)).orElse("");
    }

    private static String took(long millis) {
        return millis < 1000 ? millis + " ms" : Figures.took(Duration.ofMillis(millis));
    }

    /** One line, stripped of anything a terminal would act on. */
    private static String clean(String text) {
        return SafeText.line(text, LINE_WIDTH);
    }
}
