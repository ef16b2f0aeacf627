package dev.oxbow.recording;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.agents.AgentEvent;
import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.agents.Outcome;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.Json;
import dev.oxbow.base.OxException;
import dev.oxbow.base.Redactor;
import dev.oxbow.posix.Posix;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class RunArtifactsTest {
    private static final String SECRET = "Zq8-very-secret-Value-77";
    private static final String PATCH =
            """
            diff --git a/src/a.txt b/src/a.txt
            index 1..2 100644
            --- a/src/a.txt
            +++ b/src/a.txt
            @@ -1,2 +1,3 @@
             same
            --- looks like a header
            +one
            +++ two
            diff --git a/bin b/bin
            GIT binary patch
            literal 0
            """;

    @TempDir Path temp;

    private Path folder() {
        return RunFolder.pathInWorktree(temp, Samples.RUN);
    }

    private static final List<EventEnvelope> EVENTS =
            List.of(
                    Samples.event(1, Samples.command("c1", "make test")),
                    Samples.event(2, Samples.completed("c1", AgentEvent.ToolStatus.FAILED, 2)),
                    Samples.event(3, Samples.command("c2", "sleep `9`")),
                    Samples.event(4, Samples.message("Done.\n# not a heading")));

    private static Optional<InputStream> stream(String text) {
        return Optional.of(new ByteArrayInputStream(text.getBytes(UTF_8)));
    }

    /** Writes what a run leaves and gives what could not be written. */
    private List<OxException> write(
            List<EventEnvelope> events, RunArtifacts.Source diff, ExitReport report) {
        try (RunFolder folder = RunFolder.inWorktree(temp, Samples.RUN)) {
            folder.reserve();
            RunArtifacts artifacts = new RunArtifacts(folder, Redactor.knowing(List.of(SECRET)));
            artifacts.put(Artifact.RUN_LOG, () -> stream("a line\n"));
            artifacts.put(Artifact.DIFF, diff);
            artifacts.events(events);
            assertThat(Files.isRegularFile(folder().resolve("exit.json"))).isFalse();
            artifacts.finish(report);
            return artifacts.problems();
        }
    }

    private static RunArtifacts.Source patch() {
        return () -> stream(PATCH);
    }

    private JsonNode exit() throws IOException {
        return Json.tree(Files.readString(folder().resolve("exit.json")));
    }

    @Test
    void leavesAllArtifactsAndTheReportLast() throws IOException {
        assertThat(write(EVENTS, patch(), Samples.report(Outcome.COMPLETED).build())).isEmpty();

        try (var files = Files.list(folder())) {
            assertThat(files.map(p -> p.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "run.log",
                            "summary.md",
                            "exit.json",
                            "events.jsonl",
                            "last-message.md",
                            "diff.patch");
        }
        assertThat(temp.resolve(".ox/runs/.gitignore")).hasContent("*");
        assertThat(folder().resolve("last-message.md")).hasContent("Done.\n# not a heading");
        assertThat(folder().resolve("diff.patch")).hasContent(PATCH);
        assertThat(folder().resolve("run.log")).hasContent("a line");
        assertThat(Files.readAllLines(folder().resolve("events.jsonl"))).hasSize(4);
        JsonNode exit = exit();
        assertThat(exit.path("artifacts").propertyNames())
                .containsExactly(
                        "run.log", "summary.md", "events.jsonl", "last-message.md", "diff.patch");
        assertThat(exit.at("/artifacts/diff.patch/bytes").asLong()).isEqualTo(PATCH.length());
        assertThat(exit.at("/counts/commands").asInt()).isEqualTo(2);
        assertThat(exit.at("/counts/commandsFailed").asInt()).isEqualTo(1);
        assertThat(exit.at("/counts/commandsUnfinished").asInt()).isEqualTo(1);
        assertThat(exit.at("/repo/filesChanged").asInt()).isEqualTo(2);
        assertThat(exit.at("/repo/insertions").asInt()).isEqualTo(2);
        assertThat(exit.at("/repo/deletions").asInt()).isEqualTo(1);
    }

    @Test
    void whatCannotBeHadCostsNothingButItself() throws IOException {
        List<OxException> problems =
                write(
                        EVENTS,
                        () -> {
                            throw new IllegalStateException("no patch");
                        },
                        Samples.report(Outcome.COMPLETED).build());

        assertThat(problems).extracting(OxException::code).containsExactly(ErrorCode.INTERNAL);
        assertThat(Files.readString(folder().resolve("summary.md")))
                .contains("## Not recorded")
                .contains("no patch");
        assertThat(exit().at("/repo/insertions").isNull()).isTrue();
        assertThat(exit().path("artifacts").propertyNames()).doesNotContain("diff.patch");
        assertThat(folder().resolve("events.jsonl")).exists();
        assertThat(folder().resolve(".reserve")).doesNotExist();
    }

    @Test
    void aRunThatChangedNothingSaysSo() throws IOException {
        write(EVENTS, Optional::empty, Samples.report(Outcome.COMPLETED).build());
        assertThat(exit().at("/repo/insertions").asInt(-1)).isZero();
        assertThat(exit().at("/repo/filesChanged").asInt(-1)).isZero();
    }

    @Test
    void theCountOfUnknownEventsIsTheLargerOne() throws IOException {
        write(
                EVENTS,
                patch(),
                Samples.report(Outcome.COMPLETED)
                        .counts(ExitReport.Counts.NONE.withUnknown(3))
                        .build());
        assertThat(exit().at("/counts/unknownEvents").asInt()).isEqualTo(3);
        assertThat(exit().at("/counts/commands").asInt()).isEqualTo(2);
    }

    @Test
    void theReportHasEveryKeyInOrderAndNullForTheUnknown() {
        String json = ExitReport.of(Samples.RUN, Outcome.INTERNAL_ERROR, 70).build().toJson();
        JsonNode exit = Json.tree(json);
        assertThat(exit.propertyNames())
                .containsExactly(
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
                        "partial");
        assertThat(exit.path("outcome").asString()).isEqualTo("internal_error");
        assertThat(exit.path("phases").propertyNames())
                .containsExactlyElementsOf(ExitReport.PHASES);
        assertThat(exit.path("reason").isNull()).isTrue();
        assertThat(exit.path("durationMs").isNull()).isTrue();
        assertThat(exit.at("/phases/queued").isNull()).isTrue();
        assertThat(exit.path("agent").propertyNames())
                .containsExactly(
                        "name",
                        "version",
                        "model",
                        "mode",
                        "argv",
                        "exitCode",
                        "signal",
                        "sessionId",
                        "terminalEvent");
        assertThat(exit.at("/agent/signal").isNull()).isTrue();
        assertThat(exit.path("repo").propertyNames())
                .containsExactly(
                        "url",
                        "dir",
                        "ref",
                        "branch",
                        "shaBefore",
                        "shaAfter",
                        "dirty",
                        "filesChanged",
                        "insertions",
                        "deletions");
        assertThat(exit.path("usage").propertyNames())
                .containsExactly(
                        "inputTokens",
                        "cachedInputTokens",
                        "cacheWriteTokens",
                        "outputTokens",
                        "reasoningTokens",
                        "costUsd");
        assertThat(exit.path("tier").propertyNames())
                .containsExactly("declared", "effective", "innerSandbox", "probe");
        assertThat(exit.path("flags").propertyNames())
                .containsExactly("given", "effective", "translated");
        assertThat(Json.read(json, ExitReport.class).toJson()).isEqualTo(json);
    }

    @Test
    void theSameRunGivesTheSameBytesAndQuotesTheAgent() throws IOException {
        write(EVENTS, patch(), Samples.report(Outcome.COMPLETED).build());
        Path kept = Files.createDirectory(temp.resolve("kept"));
        for (Artifact artifact : Artifact.values()) {
            Files.move(folder().resolve(artifact.toString()), kept.resolve(artifact.toString()));
        }
        write(EVENTS, patch(), Samples.report(Outcome.COMPLETED).build());
        for (Artifact artifact : Artifact.values()) {
            assertThat(folder().resolve(artifact.toString()))
                    .hasSameBinaryContentAs(kept.resolve(artifact.toString()));
        }
        assertThat(Files.readString(folder().resolve("summary.md")))
                .startsWith("# Run " + Samples.RUN.value() + ": completed\n")
                .contains("**Started and never completed:**\n\n- `` sleep `9` ``")
                .contains("> # not a heading")
                .contains("- `make test` exit 2")
                .contains("- `src/a.txt` (+2 −1)")
                .contains("- `bin` (binary)")
                .contains("| Duration | 1 min 15 s |")
                .contains("ox run --agent codex --session 0199-abc");
    }

    @Test
    void noMessageAndNoChangeLeaveNoEmptyFiles() throws IOException {
        Files.createDirectories(folder());
        Files.writeString(folder().resolve("diff.patch"), "of an earlier try");
        write(List.of(), Optional::empty, Samples.report(Outcome.TURN_FAILED).build());
        assertThat(folder().resolve("last-message.md")).doesNotExist();
        assertThat(folder().resolve("diff.patch")).doesNotExist();
        assertThat(folder().resolve("exit.json")).exists();
    }

    @Test
    void secretsReachNeitherReportNorSummary() throws IOException {
        write(
                List.of(),
                () -> {
                    throw new IOException("refused " + SECRET);
                },
                Samples.report(Outcome.AUTH).message("refused " + SECRET).build());
        assertThat(folder().resolve("summary.md")).content().doesNotContain(SECRET);
        assertThat(Files.readString(folder().resolve("exit.json")))
                .doesNotContain(SECRET)
                .contains(Samples.RUN.value(), Samples.SANDBOX.value(), "0199-abc");
    }

    @Test
    void aFolderBehindALinkIsRefused() throws IOException {
        Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
        Files.createSymbolicLink(temp.resolve(".ox"), elsewhere);
        assertThatThrownBy(() -> RunFolder.inWorktree(temp, Samples.RUN))
                .isInstanceOfSatisfying(
                        OxException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.PATH_ESCAPE));
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void aLinkInPlaceOfAFileIsRefusedAndNotFollowed() throws IOException {
        Path victim = Files.writeString(temp.resolve("victim"), "mine");
        Files.createDirectories(folder());
        Files.createSymbolicLink(folder().resolve("events.jsonl"), victim);
        Files.createSymbolicLink(folder().resolve("summary.md"), victim);
        assertThat(write(EVENTS, patch(), Samples.report(Outcome.COMPLETED).build()))
                .extracting(OxException::code)
                .containsExactly(ErrorCode.PATH_ESCAPE, ErrorCode.PATH_ESCAPE);

        Files.delete(folder().resolve("exit.json"));
        Files.createSymbolicLink(folder().resolve("exit.json"), temp.resolve("nowhere"));
        assertThatThrownBy(() -> write(EVENTS, patch(), Samples.report(Outcome.COMPLETED).build()))
                .isInstanceOfSatisfying(
                        OxException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.PATH_ESCAPE));
        assertThat(victim).hasContent("mine");
        assertThat(temp.resolve("nowhere")).doesNotExist();
    }

    @Test
    void aFullDiskStillGetsSummaryAndReport() throws Exception {
        Assumptions.assumeTrue(Posix.isRoot(), "only root can make a small disk");
        Path disk = Files.createDirectory(temp.resolve("disk"));
        assertThat(run("mount", "-t", "tmpfs", "-o", "size=512k", "none", disk.toString()))
                .isZero();
        try (RunFolder folder = RunFolder.at(disk.resolve("out"))) {
            folder.reserve();
            RunArtifacts artifacts = new RunArtifacts(folder, Redactor.standard());
            artifacts.put(Artifact.RUN_LOG, () -> stream(("x".repeat(999) + "\n").repeat(380)));
            artifacts.put(Artifact.DIFF, patch());
            artifacts.events(
                    IntStream.rangeClosed(1, 500)
                            .mapToObj(i -> Samples.event(i, Samples.message("m".repeat(400))))
                            .toList());
            artifacts.finish(Samples.report(Outcome.COMPLETED).build());
            assertThat(artifacts.problems())
                    .extracting(OxException::code)
                    .contains(ErrorCode.NO_SPACE);
            JsonNode exit = Json.tree(Files.readString(disk.resolve("out/exit.json")));
            assertThat(exit.path("outcome").asString()).isEqualTo("completed");
            assertThat(disk.resolve("out/summary.md")).exists();
            assertThat(disk.resolve("out/.reserve")).doesNotExist();
        } finally {
            run("umount", disk.toString());
        }
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
