package dev.oxbow.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class RawFileTest {
    private static final List<String> PARTS = List.of("create", "exec");

    @TempDir Path folder;

    private static List<Result> results(String part, String title, double... millis) {
        Samples ours =
                Samples.of("oxbow", "namespace", Unit.TTI, millis, List.of("it broke"))
                        .in(List.of(new Wave(2, 200, 30, 10, List.of(new Wave.Step(0, 10, 10)))));
        Samples theirs = Samples.of("peer", "none", Unit.TTI, new double[] {5}, List.of());
        Samples missing = Samples.missing("other", "none", Unit.TTI, "not | installed");
        return Result.of(
                part,
                new Row(
                        title,
                        "staggered",
                        "by a watch.",
                        Target.median(15),
                        List.of(ours, theirs, missing)),
                Instant.EPOCH,
                "0.00");
    }

    @Test
    void theRawFileHasTheShapeOfComputeSdk() throws IOException {
        Path file = folder.resolve("raw/latest.json");
        new RawFile(file).replace("create", results("create", "create", 10, 20), PARTS);
        JsonNode document = Json.tree(Files.readString(file));
        JsonNode first = document.get("results").get(0);
        assertThat(document.get("config").get("timeoutMs").asInt()).isEqualTo(120_000);
        assertThat(first.get("provider").asString()).isEqualTo("oxbow");
        assertThat(first.get("mode").asString()).isEqualTo("staggered");
        assertThat(first.get("iterations").get(1).get("ttiMs").asDouble()).isEqualTo(20);
        assertThat(first.get("iterations").get(2).get("error").asString()).isEqualTo("it broke");
        assertThat(first.get("summary").get("ttiMs").get("median").asDouble()).isEqualTo(10);
        assertThat(first.get("concurrency").asInt()).isEqualTo(2);
        assertThat(first.get("wallClockMs").asDouble()).isEqualTo(30);
        assertThat(first.get("rampProfile").get(0).get("readyAt").asDouble()).isEqualTo(10);
        assertThat(document.get("results").get(2).get("skipReason").asString())
                .isEqualTo("not | installed");
    }

    @Test
    void aPartThatIsRunAgainReplacesItsOwnRowsOnly() throws IOException {
        RawFile raw = new RawFile(folder.resolve("latest.json"));
        raw.replace("exec", results("exec", "exec", 3), PARTS);
        raw.replace("create", results("create", "create", 10), PARTS);
        raw.replace("create", results("create", "create anew", 11), PARTS);
        assertThat(raw.read().stream().filter(Result::ours).map(Result::row))
                .containsExactly("create anew", "exec");
    }

    @Test
    void theTableIsMadeOfTheRawFileAndStatesRatioTargetAndWhatIsMissing() throws IOException {
        RawFile raw = new RawFile(folder.resolve("latest.json"));
        raw.replace("create", results("create", "create", 10, 10), PARTS);
        assertThat(Table.of(raw.read()))
                .contains("| create | oxbow | namespace | 3 | 10.00 ms |")
                .contains("| p50 ≤ 15 ms | **no** |")
                .contains(
                        "|  | peer | none | 1 | 5.00 ms | 5.00 ms | 5.00 ms | 100 % | 99.95 | 2.00"
                                + " |")
                .contains("not to be had: not \\| installed")
                .contains("- *create*: by a watch.");
    }

    @Test
    void aRawFileOfAnotherShapeIsReplaced() throws IOException {
        Path file = folder.resolve("latest.json");
        Files.writeString(file, "{\"version\":1,\"results\":[{\"title\":\"old\"}]}");
        RawFile raw = new RawFile(file);
        assertThat(raw.read()).isEmpty();
        raw.replace("create", results("create", "create", 10), PARTS);
        assertThat(raw.read()).hasSize(3);
    }
}
