package dev.oxbow.engine;

import dev.oxbow.agents.AgentEvent;
import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.base.ByteSize;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.Json;
import dev.oxbow.base.OxException;
import dev.oxbow.engine.Endings.Ending;
import dev.oxbow.posix.Directory;
import dev.oxbow.posix.FileSpec;
import dev.oxbow.posix.TreePath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Writes what a run leaves for people and programs: log, events, last message, patch, summary, and
 * last {@code exit.json}, whose presence says that the run is over. Each file is whole or absent;
 * links in their place are refused.
 */
final class Artifacts {
    private static final ByteSize LARGEST_LOG = ByteSize.mebibytes(80);
    private static final int BATCH = 1000;

    private final EngineParts parts;
    private final RunJournal journal;
    private final RunLog log;

    Artifacts(EngineParts parts, RunJournal journal, RunLog log) {
        this.parts = parts;
        this.journal = journal;
        this.log = log;
    }

    /** Writes them all; if that fails, the ending becomes that failure. */
    Ending write(Ending ending) {
        try (Directory directory = open()) {
            write(directory, ending);
            return ending;
        } catch (OxException e) {
            log.line(RunPhase.SYNC_OUT, "the artifacts could not be written: " + e.getMessage());
            boolean worked = ending.outcome().exitCode() == 0;
            return worked ? Endings.withFailure(ending, e) : ending;
        }
    }

    private Directory open() {
        Path target = journal.run().artifacts();
        Path worktree = journal.run().worktree();
        try {
            if (!target.startsWith(worktree)) {
                Files.createDirectories(target);
                return Directory.open(target);
            }
            try (Directory root = Directory.open(worktree)) {
                TreePath below = TreePath.of(worktree.relativize(target).toString());
                root.mkdirs(below, 0755);
                hideFromGit(root, below);
                return root.open(below);
            }
        } catch (IOException e) {
            throw OxException.of(ErrorCode.NO_SPACE, "%s cannot be made: %s", target, e)
                    .causedBy(e);
        }
    }

    /** Runs are nobody's work: git is told to leave their folder out. */
    private static void hideFromGit(Directory root, TreePath run) {
        TreePath runs = TreePath.of(".ox/runs");
        TreePath ignore = runs.resolve(".gitignore");
        if (run.startsWith(runs) && root.stat(ignore).isEmpty()) {
            root.write(ignore, FileSpec.mode(0644), "*\n".getBytes(StandardCharsets.UTF_8));
        }
    }

    private void write(Directory directory, Ending ending) {
        RunView view = RunViews.of(journal.run(), journal.progress(), journal.lastSeq(), true);
        List<EventEnvelope> events = events(ending);
        Map<String, byte[]> files = new TreeMap<>();
        files.put("events.jsonl", lines(events));
        Optional<String> said = lastMessage(events, ending.last());
        said.ifPresent(text -> files.put("last-message.md", utf8(text)));
        byte[] patch = patch();
        if (patch.length > 0) {
            files.put("diff.patch", patch);
        }
        files.put("summary.md", utf8(Summary.of(view, ending.outcome(), events, said)));
        files.put("run.log", runLog());
        files.forEach((name, content) ->
                directory.write(TreePath.of(name), FileSpec.mode(0644), content));
        byte[] exit = utf8(Json.writePretty(ExitDocument.of(journal, ending, events, files)));
        directory.write(TreePath.of("exit.json"), FileSpec.mode(0644).synced(), exit);
    }

    private List<EventEnvelope> events(Ending ending) {
        List<EventEnvelope> all = new ArrayList<>();
        List<EventEnvelope> batch;
        do {
            long since = all.isEmpty() ? 0 : all.getLast().seq();
            batch = parts.store().events(journal.id(), since, BATCH);
            all.addAll(batch);
        } while (!batch.isEmpty());
        EventDraft last = journal.redaction().apply(EventDraft.now(ending.last()));
        all.add(
                new EventEnvelope(
                        journal.lastSeq() + 1,
                        Instant.now(),
                        journal.run().thread(),
                        journal.id(),
                        journal.run().request().agent(),
                        last.event(),
                        Optional.empty()));
        return all;
    }

    private static byte[] lines(List<EventEnvelope> events) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (EventEnvelope event : events) {
            out.writeBytes(utf8(event.toJson()));
            out.write('\n');
        }
        return out.toByteArray();
    }

    private static Optional<String> lastMessage(List<EventEnvelope> events, AgentEvent last) {
        if (last instanceof AgentEvent.RunCompleted done && !done.text().isEmpty()) {
            return Optional.of(done.text());
        }
        return events.reversed().stream()
                .map(EventEnvelope::event)
                .filter(e ->
                        e instanceof AgentEvent.Message m
                                && m.role() == AgentEvent.Role.ASSISTANT
                                && m.parentCallId().isEmpty())
                .map(e -> ((AgentEvent.Message) e).text())
                .findFirst();
    }

    private byte[] patch() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            parts.workspaces().of(journal.run().worktree()).diff(journal.id(), out);
        } catch (OxException e) {
            if (e.code() == ErrorCode.RUN_NOT_FOUND) {
                return new byte[0];
            }
            throw e;
        }
        return out.toByteArray();
    }

    private byte[] runLog() {
        try (Directory own = Directory.open(parts.data().run(journal.id()))) {
            return own.readAll(TreePath.of("run.log"), LARGEST_LOG);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
