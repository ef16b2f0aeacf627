package dev.oxbow.engine;

import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.engine.Endings.Ending;
import dev.oxbow.recording.Artifact;
import dev.oxbow.recording.RunArtifacts;
import dev.oxbow.recording.RunFolder;
import dev.oxbow.recording.RunLog;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Has what a run leaves for people and programs written from what the engine knows of it. */
final class Artifacts {
    private static final int BATCH = 1000;

    private final EngineParts parts;
    private final RunJournal journal;
    private final RunLog log;

    Artifacts(EngineParts parts, RunJournal journal, RunLog log) {
        this.parts = parts;
        this.journal = journal;
        this.log = log;
    }

    /**
     * Makes the folder and holds back space in it, before anything is done whose record could be
     * lost.
     */
    void prepare() {
        try (RunFolder folder = folder()) {
            folder.reserve();
        }
    }

    /**
     * Writes them all, {@code exit.json} last. If something of a run that went well cannot be
     * recorded, that is how it ended.
     */
    Ending write(Ending ending) {
        try (RunFolder folder = folder()) {
            journal.flush();
            return write(new RunArtifacts(folder, journal.redaction().redactor()), ending);
        } catch (RuntimeException e) {
            OxException failure = OxException.from(e);
            log.say(
                    RunPhase.SYNC_OUT.wire(),
                    "the artifacts could not be written: " + failure.getMessage());
            return judged(ending, List.of(failure));
        }
    }

    private Ending write(RunArtifacts artifacts, Ending ending) {
        log.failure().ifPresent(artifacts::tell);
        artifacts.put(Artifact.RUN_LOG, this::log);
        artifacts.put(Artifact.DIFF, this::patch);
        Ending last = judged(ending, artifacts.problems());
        artifacts.events(events(last));
        last = judged(last, artifacts.problems());
        artifacts.finish(RunReport.of(parts, journal, last, artifacts.tally()));
        for (OxException problem : artifacts.problems()) {
            log.say(RunPhase.SYNC_OUT.wire(), "not recorded: " + problem.getMessage());
        }
        return last;
    }

    private static Ending judged(Ending ending, List<OxException> problems) {
        boolean worked = ending.outcome().exitCode() == 0;
        return worked && !problems.isEmpty()
                ? Endings.withFailure(ending, problems.getFirst())
                : ending;
    }

    private RunFolder folder() {
        return RunFolder.of(journal.run().worktree(), journal.run().artifacts());
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

    private Optional<InputStream> log() throws IOException {
        return Optional.of(Files.newInputStream(parts.data().log(journal.id())));
    }

    /** The patch by way of a file: it may be larger than memory. */
    private Optional<InputStream> patch() throws IOException {
        Path spool = parts.data().run(journal.id()).resolve("diff.patch");
        try (OutputStream out = Files.newOutputStream(spool)) {
            parts.workspaces().of(journal.run().worktree()).diff(journal.id(), out);
        } catch (OxException e) {
            Files.deleteIfExists(spool);
            if (e.code() == ErrorCode.RUN_NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
        if (Files.size(spool) == 0) {
            Files.delete(spool);
            return Optional.empty();
        }
        return Optional.of(Files.newInputStream(spool, StandardOpenOption.DELETE_ON_CLOSE));
    }
}
