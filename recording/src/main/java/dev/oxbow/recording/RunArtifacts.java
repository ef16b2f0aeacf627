package dev.oxbow.recording;

import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.Json;
import dev.oxbow.base.OxException;
import dev.oxbow.base.Redactor;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.FileSpec;
import dev.oxbow.posix.TreePath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Writes the artifacts of a run that is over: first what is only carried over, then the events, and
 * with {@link #finish} what follows from them, {@code exit.json} at the very end.
 *
 * <p>Nothing but {@code exit.json} itself can fail the whole: what cannot be had or written is left
 * out, told in {@code summary.md}, and known from {@link #problems}. Each file is whole or absent,
 * and a link in its place is refused. All of it may be repeated; the result is the same. Not for
 * several threads.
 *
 * <pre>{@code
 * RunArtifacts artifacts = new RunArtifacts(folder, redactor);
 * artifacts.put(Artifact.RUN_LOG, () -> Optional.of(log));
 * artifacts.put(Artifact.DIFF, () -> patch);
 * artifacts.events(events);
 * artifacts.finish(report);
 * }</pre>
 */
public final class RunArtifacts {
    private static final FileSpec FILE = FileSpec.mode(0644);

    private final RunFolder folder;
    private final Redactor redactor;
    private final RunTally tally = new RunTally();
    private final List<OxException> problems = new ArrayList<>();
    private Optional<DiffStat> changes = Optional.empty();

    /**
     * Artifacts for a folder, which stays open.
     *
     * @param redactor for what the report and the summary say
     */
    public RunArtifacts(RunFolder folder, Redactor redactor) {
        this.folder = folder;
        this.redactor = redactor;
    }

    /** Content that is only looked for when it is to be written; that may fail. */
    @FunctionalInterface
    public interface Source {
        /** What to write; empty if there shall be no such file. Closed by whoever opened it. */
        Optional<InputStream> open() throws IOException;
    }

    /** Writes a file as its source gives it, which must have been redacted where that is due. */
    public void put(Artifact artifact, Source source) {
        attempt(() -> {
            try {
                Optional<InputStream> content = source.open();
                if (content.isEmpty()) {
                    remove(artifact);
                } else {
                    try (InputStream in = content.get()) {
                        copy(artifact, in);
                    }
                }
            } catch (IOException e) {
                throw unreadable(artifact, e);
            }
            if (artifact == Artifact.DIFF) {
                changes = Optional.of(stat());
            }
        });
    }

    /** Writes all events of the run, redacted, in order; they are gone through twice. */
    public void events(Iterable<EventEnvelope> events) {
        events.forEach(event -> tally.accept(event.event()));
        attempt(() -> {
            try {
                copy(Artifact.EVENTS, lines(events.iterator()));
            } catch (IOException e) {
                throw unreadable(Artifact.EVENTS, e);
            }
        });
    }

    /** Has something told that could not be recorded. */
    public void tell(OxException problem) {
        boolean told =
                problems.stream()
                        .anyMatch(p ->
                                p.code() == problem.code()
                                        && p.getMessage().equals(problem.getMessage()));
        if (!told) {
            problems.add(problem);
        }
    }

    /** What could not be written so far. */
    public List<OxException> problems() {
        return List.copyOf(problems);
    }

    /** What the events add up to. */
    public RunTally tally() {
        return tally;
    }

    /**
     * Writes the last message, the summary and the report. Usage and the size of the change are
     * taken from what was written, unless the report knows them; counts always are, but for unknown
     * events if the report knows of more.
     *
     * @throws OxException if {@code exit.json} could not be written
     */
    public void finish(ExitReport report) {
        attempt(() -> write(Artifact.LAST_MESSAGE, tally.lastMessage()));
        attempt(folder::freeReserve);
        ExitReport full = complete(report);
        attempt(() -> write(Artifact.SUMMARY, Optional.of(redactor.redact(summary(full)))));
        JsonNode document =
                redactor.redact(Json.mapper().<JsonNode>valueToTree(full.with(written())));
        folder.refuseLink(Artifact.EXIT.path());
        folder.directory()
                .write(
                        Artifact.EXIT.path(),
                        FILE.synced(),
                        Json.writePretty(document).getBytes(StandardCharsets.UTF_8));
    }

    private ExitReport complete(ExitReport report) {
        ExitReport.Repo repo = report.repo();
        return ExitReportBuilder.from(report)
                .usage(
                        report.usage().equals(ExitReport.Usage.UNKNOWN)
                                ? tally.usage()
                                : report.usage())
                .counts(tally.counts().withUnknown(report.counts().unknownEvents()))
                .repo(changes.map(repo::with).orElse(repo))
                .build();
    }

    private String summary(ExitReport report) {
        String summary = SummaryWriter.write(report, tally, changes.orElse(DiffStat.NONE));
        if (problems.isEmpty()) {
            return summary;
        }
        StringBuilder more = new StringBuilder(summary).append("\n## Not recorded\n\n");
        problems.forEach(p -> more.append("- ").append(p.getMessage()).append('\n'));
        return more.toString();
    }

    private DiffStat stat() {
        if (folder.directory().stat(Artifact.DIFF.path()).isEmpty()) {
            return DiffStat.NONE;
        }
        try (InputStream in = folder.directory().read(Artifact.DIFF.path())) {
            return DiffStat.of(in);
        } catch (IOException e) {
            throw unreadable(Artifact.DIFF, e);
        }
    }

    private void copy(Artifact artifact, InputStream content) throws IOException {
        folder.refuseLink(artifact.path());
        folder.directory().write(artifact.path(), FILE, content);
    }

    private void write(Artifact artifact, Optional<String> content) {
        if (content.isEmpty()) {
            remove(artifact);
            return;
        }
        folder.refuseLink(artifact.path());
        byte[] bytes = content.get().getBytes(StandardCharsets.UTF_8);
        folder.directory().write(artifact.path(), FILE, bytes);
    }

    private void remove(Artifact artifact) {
        folder.refuseLink(artifact.path());
        folder.directory().remove(artifact.path());
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
        Optional<Entry> file = folder.directory().stat(path);
        if (file.filter(entry -> entry.kind() == Entry.Kind.FILE).isEmpty()) {
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
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static OxException unreadable(Artifact artifact, IOException e) {
        return OxException.of(
                        ErrorCode.SYNC_UNREADABLE,
                        "what belongs into %s cannot be read: %s",
                        artifact,
                        e)
                .causedBy(e);
    }

    /** Does one thing and keeps its failure: a defect in one artifact must not cost the others. */
    private void attempt(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            tell(OxException.from(e));
        }
    }

    @SuppressWarnings("JdkObsolete") // a sequence of streams is only to be had from one
    private static InputStream lines(Iterator<EventEnvelope> events) {
        if (!events.hasNext()) {
            return InputStream.nullInputStream();
        }
        Enumeration<InputStream> lines =
                new Enumeration<>() {
                    @Override
                    public boolean hasMoreElements() {
                        return events.hasNext();
                    }

                    @Override
                    public InputStream nextElement() {
                        String line = events.next().toJson() + "\n";
                        return new ByteArrayInputStream(line.getBytes(StandardCharsets.UTF_8));
                    }
                };
        return new SequenceInputStream(lines);
    }
}
