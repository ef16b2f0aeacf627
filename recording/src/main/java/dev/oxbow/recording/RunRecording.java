package dev.oxbow.recording;

import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.Json;
import dev.oxbow.base.OxException;
import dev.oxbow.base.Redactor;
import dev.oxbow.posix.FileSpec;
import dev.oxbow.posix.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Writes the artifacts of one run as it goes and when it is over.
 *
 * <p>While the run lasts, a failure to write (a full disk, say) never stops it: what could not be
 * written is told at the end. 64 KiB of the disk are held back from the start, so that {@code
 * summary.md} and {@code exit.json} can be written even then.
 *
 * <p>May be opened again after a crash and goes on where it stopped; offer it all events of the run
 * again, those it has are not written twice. Safe for concurrent use.
 */
public final class RunRecording implements AutoCloseable {
    private static final TreePath RESERVE = TreePath.of(".reserve");
    private static final int RESERVED = 64 << 10;
    private static final FileSpec ARTIFACT = FileSpec.mode(0644);

    private final RunFolder folder;
    private final Redactor redactor;
    private final RunLog log;
    private final EventLog events;
    private final RunTally tally = new RunTally();
    private final List<OxException> problems = new ArrayList<>();
    private long tallied;

    private RunRecording(RunFolder folder, Redactor redactor, RunLog log, EventLog events) {
        this.folder = folder;
        this.redactor = redactor;
        this.log = log;
        this.events = events;
    }

    /**
     * Begins, or goes on with, the recording of a run in that folder, which it closes with itself.
     *
     * @param redactor knows the secrets of the run
     */
    public static RunRecording open(RunFolder folder, Redactor redactor, Clock clock) {
        EventLog events = EventLog.open(folder);
        RunLog log;
        try {
            log = RunLog.open(folder, redactor, RunLog.DEFAULT_LIMIT, clock);
        } catch (RuntimeException e) {
            events.close();
            throw e;
        }
        RunRecording recording = new RunRecording(folder, redactor, log, events);
        recording.attempt(recording::reserve);
        return recording;
    }

    private void reserve() {
        byte[] held = new byte[RESERVED];
        // Not zeros: some file systems keep those for free.
        Arrays.fill(held, (byte) 0x5a);
        folder.directory().write(RESERVE, FileSpec.mode(0600), held);
    }

    /** Where the artifacts are. */
    public RunFolder folder() {
        return folder;
    }

    /** Records an event, which must have been redacted. */
    public synchronized void event(EventEnvelope event) {
        if (event.seq() > tallied) {
            tallied = event.seq();
            tally.accept(event.event());
        }
        attempt(() -> events.append(event));
    }

    /** Writes a line of Oxbow's own into {@code run.log}. */
    public synchronized void say(String phase, String text) {
        attempt(() -> log.say(phase, text));
    }

    /** Writes a piece of the agent's output into {@code run.log}. */
    public synchronized void output(
            String phase, RunLog.Source source, byte[] bytes, int offset, int length) {
        attempt(() -> log.output(phase, source, bytes, offset, length));
    }

    /** What the events so far add up to. */
    public synchronized RunTally tally() {
        return tally;
    }

    /** Waits until all events so far are on the disk. */
    public void sync() {
        attempt(events::sync);
    }

    /**
     * Writes the last artifacts, {@code exit.json} at the very end, and closes the recording. What
     * cannot be written is left out, told in {@code summary.md} and returned; only {@code
     * exit.json} itself must succeed. Usage and counts that the report lacks are taken from the
     * events.
     *
     * @param diff the patch; empty if nothing changed; read to its end and closed
     * @return what could not be written
     * @throws OxException if {@code exit.json} could not be written
     */
    public synchronized List<OxException> finish(ExitReport report, Optional<InputStream> diff) {
        attempt(events::sync);
        attempt(log::close);
        attempt(events::close);
        attempt(() -> writeOrRemove(Artifact.LAST_MESSAGE, tally.lastMessage()));
        DiffStat changes = writeDiff(diff);
        attempt(() -> folder.directory().remove(RESERVE));
        ExitReport full = redacted(complete(report, changes));
        attempt(() ->
                writeOrRemove(
                        Artifact.SUMMARY, Optional.of(redactor.redact(summary(full, changes)))));
        folder.refuseLink(Artifact.EXIT.path());
        folder.directory()
                .write(
                        Artifact.EXIT.path(),
                        ARTIFACT.synced(),
                        full.with(written()).toJson().getBytes(StandardCharsets.UTF_8));
        folder.close();
        return List.copyOf(problems);
    }

    private String summary(ExitReport report, DiffStat changes) {
        String summary = SummaryWriter.write(report, tally, changes);
        if (problems.isEmpty()) {
            return summary;
        }
        StringBuilder more = new StringBuilder(summary).append("\n## Not recorded\n\n");
        problems.forEach(p -> more.append("- ").append(p.getMessage()).append('\n'));
        return more.toString();
    }

    private ExitReport complete(ExitReport report, DiffStat changes) {
        return ExitReportBuilder.from(report)
                .usage(
                        report.usage().equals(ExitReport.Usage.UNKNOWN)
                                ? tally.usage()
                                : report.usage())
                .counts(tally.counts())
                .repo(report.repo().with(changes))
                .build();
    }

    private ExitReport redacted(ExitReport report) {
        JsonNode tree = redactor.redact(Json.mapper().<JsonNode>valueToTree(report));
        return Json.mapper().treeToValue(tree, ExitReport.class);
    }

    private DiffStat writeDiff(Optional<InputStream> diff) {
        if (diff.isEmpty()) {
            attempt(() -> folder.directory().remove(Artifact.DIFF.path()));
            return DiffStat.NONE;
        }
        attempt(() -> {
            folder.refuseLink(Artifact.DIFF.path());
            try (InputStream in = diff.get()) {
                folder.directory().write(Artifact.DIFF.path(), ARTIFACT, in);
            } catch (IOException e) {
                throw OxException.of(ErrorCode.SYNC_UNREADABLE, "the patch cannot be read")
                        .causedBy(e);
            }
        });
        if (folder.directory().stat(Artifact.DIFF.path()).isEmpty()) {
            return DiffStat.NONE;
        }
        try (InputStream in = folder.directory().read(Artifact.DIFF.path())) {
            return DiffStat.of(in);
        } catch (IOException e) {
            return DiffStat.NONE;
        }
    }

    private void writeOrRemove(Artifact artifact, Optional<String> content) {
        folder.refuseLink(artifact.path());
        if (content.isPresent()) {
            byte[] bytes = content.get().getBytes(StandardCharsets.UTF_8);
            folder.directory().write(artifact.path(), ARTIFACT, bytes);
        } else {
            folder.directory().remove(artifact.path());
        }
    }

    private Map<String, ExitReport.Written> written() {
        Map<String, ExitReport.Written> files = new LinkedHashMap<>();
        for (Artifact artifact : Artifact.values()) {
            if (artifact != Artifact.EXIT) {
                attempt(() ->
                        measure(artifact.path()).ifPresent(w -> files.put(artifact.toString(), w)));
            }
        }
        return files;
    }

    private Optional<ExitReport.Written> measure(TreePath path) {
        if (folder.directory().stat(path).isEmpty()) {
            return Optional.empty();
        }
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            try (DigestInputStream in =
                    new DigestInputStream(folder.directory().read(path), sha256)) {
                long bytes = in.transferTo(OutputStream.nullOutputStream());
                return Optional.of(
                        new ExitReport.Written(bytes, HexFormat.of().formatHex(sha256.digest())));
            }
        } catch (IOException e) {
            throw OxException.of(ErrorCode.SYNC_UNREADABLE, "cannot read %s", path).causedBy(e);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** Does one thing and keeps its failure for later; one of each kind is enough. */
    private void attempt(Runnable action) {
        try {
            action.run();
        } catch (OxException e) {
            synchronized (this) {
                boolean told =
                        problems.stream()
                                .anyMatch(p ->
                                        p.code() == e.code()
                                                && p.getMessage().equals(e.getMessage()));
                if (!told) {
                    problems.add(e);
                }
            }
        }
    }

    /** Lets go without an end: the recording may be opened again. */
    @Override
    public synchronized void close() {
        attempt(log::close);
        attempt(events::close);
        folder.close();
    }
}
