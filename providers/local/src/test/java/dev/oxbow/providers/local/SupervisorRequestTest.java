package dev.oxbow.providers.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.ProcessId;
import dev.oxbow.sandbox.ProcessSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What supervisors are told, field by field. */
class SupervisorRequestTest {
    private static final ProcessId ID = new ProcessId("prc_01jqzk3v5x7e4r8t2m6n9p0abc");

    private static final ProcessSpec SPEC =
            new ProcessSpec(
                    ID,
                    List.of("sh", "-c", "echo 'a\nb'"),
                    "/workspace",
                    Map.of("KEY", "v=ä"),
                    new ProcessSpec.Stdin.Empty(),
                    Optional.empty());

    private static String text(SupervisorRequest request) {
        return new String(request.bytes(), StandardCharsets.UTF_8).replace('\0', '|');
    }

    private static SupervisorRequest request(ProcessSpec spec, Optional<Path> track, boolean root) {
        return new SupervisorRequest(
                new SandboxFolder.ProcessFolder(Path.of("/d/prc")),
                spec,
                Optional.empty(),
                root ? Optional.of(7001) : Optional.empty(),
                root ? OptionalInt.of(1000) : OptionalInt.empty(),
                new ProcessRef(42, 4711),
                root ? Optional.empty() : Optional.of(new ProcessRef(41, 4710)),
                root ? List.of("/g/memory") : List.of(),
                track,
                root ? Optional.of("/g/memory/oom") : Optional.empty(),
                new Rlimits(
                        root ? Optional.empty() : Optional.of(2L), Optional.of(9), Optional.of(3L)),
                5,
                List.of("/data"),
                1000,
                Optional.empty(),
                true);
    }

    @Test
    void rootEntersAtOnceAsTheUserInsideAndOwnsNothingOfIt() {
        assertThat(text(request(SPEC, Optional.of(Path.of("/g/v2/prc")), true)))
                .isEqualTo(
                        "folder|/d/prc|id|"
                                + ID
                                + "|stdin||pipe||uid|7001|inner|1000|holder|42|ticks|4711|outer||bare||"
                                + "group|/g/memory|track|/g/v2/prc|oom|/g/memory/oom|"
                                + "fsize|1536|data||nproc|9|rss||deadline||keep|1000|cwd|/workspace|shown|/data|env|KEY=v=ä|arg|sh|arg|-c|arg|echo"
                                + " 'a\n"
                                + "b'|");
    }

    @Test
    void anOrdinaryUserEntersThroughTheNamespaceBetweenAndMarksTheTree() {
        ProcessSpec spec =
                SPEC.withStdin(new ProcessSpec.Stdin.Pipe()).withDeadline(Duration.ofMillis(1500));
        assertThat(text(request(spec, Optional.empty(), false)))
                .isEqualTo(
                        "folder|/d/prc|id|"
                                + ID
                                + "|stdin||pipe|1|uid||inner||holder|42|ticks|4711|outer|41|bare||"
                                + "track||oom||fsize|1536|data|2048|nproc|9|rss|5120|"
                                + "deadline|1.500|keep|1000|cwd|/workspace|shown|/data|"
                                + "env|KEY=v=ä|arg|sh|arg|-c|arg|echo 'a\nb'|");
    }
}
