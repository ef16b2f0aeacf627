package dev.oxbow.recording;

import dev.oxbow.agents.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Writes {@code summary.md} from the other artifacts alone: the same input gives the same bytes.
 *
 * <p>What the agent said or named is shown as a quotation or as code, so that it cannot pass for a
 * part of the summary.
 */
final class SummaryWriter {
    private static final int MOST_FILES = 50;

    private final StringBuilder out = new StringBuilder();

    private SummaryWriter() {}

    static String write(ExitReport report, RunTally tally, DiffStat changes) {
        SummaryWriter writer = new SummaryWriter();
        writer.heading(report);
        writer.unfinished(tally.unfinishedCommands());
        writer.table(report);
        writer.finalMessage(tally.lastMessage());
        writer.changes(changes);
        writer.conflicts(report.conflicts());
        writer.failed(tally.failedCommands());
        writer.bullets("Refused connections", tally.refusedConnections());
        writer.bullets("Warnings", tally.warnings());
        writer.goOn(report);
        return writer.out.toString();
    }

    private void heading(ExitReport report) {
        out.append("# Run ").append(report.runId().value());
        out.append(": ").append(report.outcome().wire().replace('_', ' ')).append("\n\n");
        if (!report.message().isBlank()) {
            out.append(plain(report.message())).append("\n\n");
        }
        if (report.partial()) {
            out.append("The work that came back is what there was when the run ended.\n\n");
        }
    }

    private void unfinished(List<String> commands) {
        if (!commands.isEmpty()) {
            out.append("**Started and never completed:**\n\n");
            commands.forEach(command -> out.append("- ").append(code(command)).append('\n'));
            out.append('\n');
        }
    }

    private void table(ExitReport report) {
        out.append("| | |\n|---|---|\n");
        ExitReport.Agent agent = report.agent();
        row("Agent", agent.name() + agent.version().map(v -> " " + v).orElse(""));
        optional("Model", agent.model());
        optional("Session", agent.sessionId());
        optional("Repository", report.repo().url());
        optional("Ref", report.repo().ref().or(report.repo()::branch));
        optional("Commit before", report.repo().shaBefore());
        optional("Commit after", report.repo().shaAfter());
        optional("Policy", report.policy());
        optional("Tier", report.tier().effective().or(report.tier()::declared));
        optional("Sandbox", report.sandboxId().map(id -> id.value()));
        report.durationMs().ifPresent(ms -> row("Duration", duration(ms)));
        usage(report.usage()).ifPresent(text -> row("Tokens", text));
        report.usage().costUsd().ifPresent(usd -> row("Cost", "$%.4f".formatted(usd)));
        row(
                "Files",
                "%d changed, %d deleted".formatted(report.filesChanged(), report.filesDeleted()));
        out.append('\n');
    }

    private static Optional<String> usage(ExitReport.Usage usage) {
        if (usage.inputTokens().isEmpty() && usage.outputTokens().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                "%s in (%s cached), %s out"
                        .formatted(
                                number(usage.inputTokens()),
                                number(usage.cachedInputTokens()),
                                number(usage.outputTokens())));
    }

    private static String number(OptionalLong value) {
        return value.isPresent() ? Long.toString(value.getAsLong()) : "?";
    }

    private static String duration(long ms) {
        Duration d = Duration.ofMillis(ms);
        if (d.toHours() > 0) {
            return "%d h %d min".formatted(d.toHours(), d.toMinutesPart());
        }
        return d.toMinutes() > 0
                ? "%d min %d s".formatted(d.toMinutes(), d.toSecondsPart())
                : "%d.%d s".formatted(d.toSeconds(), d.toMillisPart() / 100);
    }

    private void finalMessage(Optional<String> message) {
        message.ifPresent(text -> {
            out.append("## Final message\n\n");
            text.lines().forEach(line -> out.append("> ").append(line).append('\n'));
            out.append('\n');
        });
    }

    private void changes(DiffStat changes) {
        if (changes.files().isEmpty()) {
            return;
        }
        out.append("## Changes\n\n");
        changes.files().stream()
                .limit(MOST_FILES)
                .forEach(file ->
                        out.append("- ")
                                .append(code(file.path()))
                                .append(
                                        file.binary()
                                                ? " (binary)\n"
                                                : " (+%d −%d)\n"
                                                        .formatted(
                                                                file.insertions(),
                                                                file.deletions())));
        int more = changes.files().size() - MOST_FILES;
        if (more > 0) {
            out.append("- and ").append(more).append(" more\n");
        }
        out.append(
                "\n%d files, +%d −%d\n\n"
                        .formatted(
                                changes.files().size(), changes.insertions(), changes.deletions()));
    }

    private void conflicts(List<String> paths) {
        if (!paths.isEmpty()) {
            out.append("## Conflicts\n\nBoth sides changed:\n\n");
            paths.forEach(path -> out.append("- ").append(code(path)).append('\n'));
            out.append('\n');
        }
    }

    private void failed(List<RunTally.FailedCommand> commands) {
        if (!commands.isEmpty()) {
            out.append("## Failed commands\n\n");
            for (RunTally.FailedCommand command : commands) {
                out.append("- ").append(code(command.command()));
                command.exitCode().ifPresent(code -> out.append(" exit ").append(code));
                out.append('\n');
            }
            out.append('\n');
        }
    }

    private void bullets(String title, List<String> lines) {
        if (!lines.isEmpty()) {
            out.append("## ").append(title).append("\n\n");
            lines.forEach(line -> out.append("- ").append(plain(line)).append('\n'));
            out.append('\n');
        }
    }

    private void goOn(ExitReport report) {
        String run = report.runId().value();
        out.append("## Go on\n\n");
        if (report.outcome() == Outcome.CONFLICT) {
            step("See the agent's version", "ox diff " + run);
            step("Bring it back", "ox apply " + run + " --on-conflict merge");
        }
        report.agent()
                .sessionId()
                .ifPresent(id ->
                        step(
                                "Continue this session",
                                "ox run --agent %s --session %s \"…\""
                                        .formatted(report.agent().name(), id)));
        step("Look at the run", "ox show " + run);
    }

    private void step(String what, String command) {
        out.append("- ").append(what).append(": ").append(code(command)).append('\n');
    }

    private void optional(String name, Optional<String> value) {
        value.ifPresent(text -> row(name, text));
    }

    private void row(String name, String value) {
        out.append("| ").append(name).append(" | ").append(plain(value)).append(" |\n");
    }

    /** One line that Markdown shows as it is. */
    private static String plain(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints()
                .forEach(c -> {
                    if (Character.isISOControl(c)) {
                        line.append(' ');
                    } else {
                        if ("\\`*_[]<>|#".indexOf(c) >= 0) {
                            line.append('\\');
                        }
                        line.appendCodePoint(c);
                    }
                });
        return line.toString().strip();
    }

    /** One line in backquotes, more of them than it holds in a row. */
    private static String code(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        int longest = 0;
        int current = 0;
        for (int i = 0; i < line.length(); i++) {
            current = line.charAt(i) == '`' ? current + 1 : 0;
            longest = Math.max(longest, current);
        }
        String fence = "`".repeat(longest + 1);
        String gap = longest > 0 ? " " : "";
        return fence + gap + line + gap + fence;
    }
}
