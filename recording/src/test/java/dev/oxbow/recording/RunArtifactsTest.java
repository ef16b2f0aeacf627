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
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class RunRecordingTest {
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

    private RunRecording open() {
        return RunRecording.open(
                RunFolder.inWorktree(temp, Samples.RUN),
                Redactor.knowing(List.of(SECRET)),
                Samples.CLOCK);
    }

    private Path folder() {
        return RunFolder.pathInWorktree(temp, Samples.RUN);
    }

    private static Optional<InputStream> patch() {
        return Optional.of(new ByteArrayInputStream(PATCH.getBytes(UTF_8)));
    }

    private static void feed(RunRecording recording) {
        recording.event(Samples.event(1, Samples.command("c1", "make test")));
        recording.event(Samples.event(2, Samples.completed("c1", AgentEvent.ToolStatus.FAILED, 2)));
        recording.event(Samples.event(3, Samples.command("c2", "sleep `9`")));
        recording.event(Samples.event(4, Samples.message("Done.\n# not a heading")));
        recording.say("sync_out", "2 files back");
    }

    @Test
    void leavesAllArtifactsAndTheReportLast() throws IOException {
        RunRecording recording = open();
        feed(recording);
        assertThat(folder().resolve("exit.json")).doesNotExist();
        assertThat(recording.finish(Samples.report(Outcome.COMPLETED).build(), patch())).isEmpty();

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
        JsonNode exit = Json.tree(Files.readString(folder().resolve("exit.json")));
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
    void theSameRunGivesTheSameSummaryAndQuotesTheAgent() throws IOException {
        RunRecording first = open();
        feed(first);
        first.finish(Samples.report(Outcome.COMPLETED).build(), patch());
        String summary = Files.readString(folder().resolve("summary.md"));

        RunRecording again = open();
        feed(again);
        again.finish(Samples.report(Outcome.COMPLETED).build(), patch());
        assertThat(folder().resolve("summary.md")).hasContent(summary);
        assertThat(summary)
                .startsWith("# Run " + Samples.RUN.value() + ": completed\n")
                .contains("**Started and never completed:**\n\n- `` sleep `9` ``")
                .contains("> # not a heading")
                .contains("- `make test` exit 2")
                .contains("- `src/a.txt` (+2 −1)")
                .contains("- `bin` (binary)")
                .contains("| Duration | 1 min 15 s |")
                .contains("ox run --agent codex --session 0199-abc");
        assertThat(Files.readAllLines(folder().resolve("events.jsonl"))).hasSize(4);
    }

    @Test
    void aRunThatWasKeptElsewhereGivesTheSameArtifacts() throws IOException {
        List<EventEnvelope> events =
                List.of(
                        Samples.event(1, Samples.command("c1", "make test")),
                        Samples.event(2, Samples.completed("c1", AgentEvent.ToolStatus.FAILED, 2)),
                        Samples.event(3, Samples.command("c2", "sleep `9`")),
                        Samples.event(4, Samples.message("Done.\n# not a heading")));
        RunRecording recording = open();
        feed(recording);
        recording.finish(Samples.report(Outcome.COMPLETED).build(), patch());
        Path out = temp.resolve("collected");
        try (RunFolder folder = RunFolder.of(temp, out);
                InputStream log = Files.newInputStream(folder().resolve("run.log"))) {
            folder.reserve();
            assertThat(
                            RunArtifacts.write(
                                    folder,
                                    Samples.report(Outcome.COMPLETED).build(),
                                    events,
                                    Optional.of(log),
                                    patch(),
                                    Redactor.standard()))
                    .isEmpty();
        }
        try (var files = Files.list(out)) {
            List<Path> written = files.toList();
            assertThat(written).hasSize(Artifact.values().length);
            for (Path file : written) {
                assertThat(file).hasSameBinaryContentAs(folder().resolve(file.getFileName()));
            }
        }
    }

    @Test
    void noMessageAndNoChangeLeaveNoEmptyFiles() {
        RunRecording recording = open();
        recording.finish(Samples.report(Outcome.TURN_FAILED).build(), Optional.empty());
        assertThat(folder().resolve("last-message.md")).doesNotExist();
        assertThat(folder().resolve("diff.patch")).doesNotExist();
        assertThat(folder().resolve("exit.json")).exists();
    }

    @Test
    void secretsReachNoArtifact() throws IOException {
        RunRecording recording = open();
        recording.say("setup", "using " + SECRET);
        recording.finish(
                Samples.report(Outcome.AUTH).message("refused " + SECRET).build(),
                Optional.empty());
        try (var files = Files.list(folder())) {
            for (Path file : files.toList()) {
                assertThat(Files.readString(file)).doesNotContain(SECRET);
            }
        }
        assertThat(Files.readString(folder().resolve("exit.json")))
                .contains(Samples.RUN.value(), Samples.SANDBOX.value(), "0199-abc");
    }

    @Test
    void aFolderBehindALinkIsRefused() throws IOException {
        Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
        Files.createSymbolicLink(temp.resolve(".ox"), elsewhere);
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        OxException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.PATH_ESCAPE));
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void aLinkInPlaceOfTheReportIsRefusedAndNotFollowed() throws IOException {
        Path victim = Files.writeString(temp.resolve("victim"), "mine");
        RunRecording recording = open();
        Files.createSymbolicLink(folder().resolve("exit.json"), victim);
        Files.createSymbolicLink(folder().resolve("summary.md"), victim);
        ExitReport report = Samples.report(Outcome.COMPLETED).build();
        assertThatThrownBy(() -> recording.finish(report, Optional.empty()))
                .isInstanceOfSatisfying(
                        OxException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.PATH_ESCAPE));
        assertThat(victim).hasContent("mine");
    }

    @Test
    void aFullDiskStillGetsSummaryAndReport() throws Exception {
        Assumptions.assumeTrue(Posix.isRoot(), "only root can make a small disk");
        Path disk = Files.createDirectory(temp.resolve("disk"));
        assertThat(run("mount", "-t", "tmpfs", "-o", "size=512k", "none", disk.toString()))
                .isZero();
        try {
            RunRecording recording =
                    RunRecording.open(
                            RunFolder.at(disk.resolve("out")), Redactor.standard(), Samples.CLOCK);
            byte[] noise = ("x".repeat(1000) + "\n").repeat(100).getBytes(UTF_8);
            for (int i = 0; i < 20; i++) {
                recording.output("agent_running", RunLog.Source.OUT, noise, 0, noise.length);
            }
            recording.event(Samples.event(1, Samples.message("m".repeat(200_000))));
            List<OxException> problems =
                    recording.finish(Samples.report(Outcome.COMPLETED).build(), patch());
            assertThat(problems).extracting(OxException::code).contains(ErrorCode.NO_SPACE);
            JsonNode exit = Json.tree(Files.readString(disk.resolve("out/exit.json")));
            assertThat(exit.path("outcome").asString()).isEqualTo("completed");
            assertThat(disk.resolve("out/.reserve")).doesNotExist();
        } finally {
            run("umount", disk.toString());
        }
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
