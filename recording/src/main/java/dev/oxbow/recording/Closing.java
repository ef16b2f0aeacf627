package dev.oxbow.recording;

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
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.databind.JsonNode;

/** The end of a recording: what can be written is written, {@code exit.json} last. */
final class Closing {
    private static final FileSpec ARTIFACT = FileSpec.mode(0644);

    private final RunFolder folder;
    private final Redactor redactor;
    private final RunTally tally;
    private final List<OxException> problems = new ArrayList<>();

    Closing(RunFolder folder, Redactor redactor, RunTally tally) {
        this.folder = folder;
        this.redactor = redactor;
        this.tally = tally;
    }

    /** Writes all that is not there yet; gives what could not be written. */
    List<OxException> finish(ExitReport report, Optional<InputStream> diff) {
        attempt(() -> writeOrRemove(Artifact.LAST_MESSAGE, tally.lastMessage()));
        DiffStat changes = writeDiff(diff);
        attempt(folder::freeReserve);
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
        return List.copyOf(problems);
    }

    /** Replaces an artifact by what the stream holds. */
    void copy(Artifact artifact, InputStream content) {
        folder.refuseLink(artifact.path());
        try {
            folder.directory().write(artifact.path(), ARTIFACT, content);
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.SYNC_UNREADABLE,
                            "what belongs into %s cannot be read",
                            artifact)
                    .causedBy(e);
        }
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
        AtomicReference<DiffStat> stat = new AtomicReference<>(DiffStat.NONE);
        attempt(() -> {
            if (diff.isEmpty()) {
                folder.directory().remove(Artifact.DIFF.path());
                return;
            }
            copy(Artifact.DIFF, diff.get());
            try (InputStream in = folder.directory().read(Artifact.DIFF.path())) {
                stat.set(DiffStat.of(in));
            } catch (IOException e) {
                throw OxException.of(ErrorCode.SYNC_UNREADABLE, "the patch cannot be read")
                        .causedBy(e);
            }
        });
        return Objects.requireNonNullElse(stat.get(), DiffStat.NONE);
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
    synchronized void attempt(Runnable action) {
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
}
