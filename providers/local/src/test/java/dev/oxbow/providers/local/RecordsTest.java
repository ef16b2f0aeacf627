package dev.oxbow.providers.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.Enforcement;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.Limits;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.sandbox.Tier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written down survives, and what cannot be read is never taken for absent. */
class RecordsTest {
    private static StoredSandbox sandbox() {
        SandboxSpec spec =
                SandboxSpec.of(SandboxId.next())
                        .withLabels(Labels.of("a", "b"))
                        .withLimits(Limits.DEFAULT)
                        .withReadOnly(Map.of("/opt/x", Path.of("/srv/x")));
        return StoredSandbox.creating(spec, Optional.of(7001), Tier.NAMESPACE)
                .running(
                        new ProcessRef(12, 345),
                        new ProcessRef(11, 344),
                        new SandboxGroups(List.of("/g"), Optional.of("/t"), Optional.empty()),
                        List.of(new Enforcement("seccomp", true, "filter")));
    }

    @Test
    void aRecordIsReadAsItWasWritten(@TempDir Path folder) {
        StoredSandbox written = sandbox();
        written.write(folder.resolve("record.json"));
        assertThat(StoredSandbox.read(folder.resolve("record.json"))).contains(written);
    }

    @Test
    void anAbsentRecordIsAbsent(@TempDir Path folder) {
        assertThat(StoredSandbox.read(folder.resolve("record.json"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null", "{\"id\":\"sbx_\"}"})
    void f53_anUnreadableRecordIsNotAbsent(String content, @TempDir Path folder)
            throws IOException {
        Path file = Files.writeString(folder.resolve("record.json"), content);
        assertThatThrownBy(() -> StoredSandbox.read(file))
                .isInstanceOfSatisfying(
                        OxException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNREADABLE));
    }

    @Test
    void aRecordThatIsADirectoryIsNotAbsent(@TempDir Path folder) throws IOException {
        Path file = Files.createDirectory(folder.resolve("record.json"));
        assertThatThrownBy(() -> StoredSandbox.read(file)).isInstanceOf(OxException.class);
    }

    @Test
    void aHolderWithAReusedNumberIsNotTheHolder() {
        ProcessRef self = ProcessTable.find(ProcessHandle.current().pid()).orElseThrow();
        assertThat(ProcessTable.alive(self)).isTrue();
        assertThat(ProcessTable.alive(new ProcessRef(self.pid(), self.startTicks() + 1))).isFalse();
    }

    @Test
    void aRequestKeepsNoValueOfTheEnvironmentAndNoInput() {
        ProcessSpec spec =
                ProcessSpec.of("x")
                        .withEnv(Map.of("KEY", "very-secret"))
                        .withStdin(new ProcessSpec.Stdin.Bytes("hidden".getBytes(UTF_8)));
        String json =
                dev.oxbow.base.Json.write(
                        StoredRequest.of(spec, 1, 5, Optional.empty(), Tier.NAMESPACE));
        assertThat(json).contains("KEY").doesNotContain("very-secret").doesNotContain("hidden");
    }

    @Test
    void aRequestIsToldFromAnotherByAnyOfItsParts() {
        ProcessSpec spec = ProcessSpec.of("a", "b");
        String digest = StoredRequest.digest(spec);
        assertThat(StoredRequest.digest(spec)).isEqualTo(digest);
        assertThat(StoredRequest.digest(spec.withCwd("/tmp"))).isNotEqualTo(digest);
        assertThat(StoredRequest.digest(spec.withEnv(Map.of()))).isNotEqualTo(digest);
        assertThat(StoredRequest.digest(spec.withStdin(new ProcessSpec.Stdin.Pipe())))
                .isNotEqualTo(digest);
        assertThat(StoredRequest.digest(spec.withDeadline(java.time.Duration.ofSeconds(1))))
                .isNotEqualTo(digest);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1 0 0 0 0 0",
                "1 0 0 0 0",
                "2 0 0 0 0 0 .",
                "2 0 0 0 0 0 1",
                "3 0 0 0 0 0 0 ."
            })
    void aHalfWrittenExitIsNoExit(String line) {
        assertThat(ExitRecord.parse(line)).isEmpty();
    }

    @Test
    void anExitIsReadAsItWasWritten() {
        ExitRecord record = new ExitRecord(OptionalInt.of(137), true, false, false, 2, 3);
        assertThat(ExitRecord.parse(record.line())).contains(record);
        assertThat(ExitRecord.parse(ExitRecord.UNSEEN.line())).contains(ExitRecord.UNSEEN);
    }

    @Test
    void wordsOfAShellAreCopiedByteByByte() throws Exception {
        StringBuilder all = new StringBuilder();
        for (char c = 1; c < 0x250; c++) {
            all.append(c);
        }
        String word = all + "'\\''\n$(id)`id`\"";
        Process sh = new ProcessBuilder("sh", "/dev/stdin").redirectErrorStream(true).start();
        sh.getOutputStream().write(("printf %s " + ShellWord.quote(word)).getBytes(UTF_8));
        sh.getOutputStream().close();
        assertThat(sh.getInputStream().readAllBytes()).isEqualTo(word.getBytes(UTF_8));
        assertThat(sh.waitFor()).isZero();
    }

    private static final java.nio.charset.Charset UTF_8 = java.nio.charset.StandardCharsets.UTF_8;
}
