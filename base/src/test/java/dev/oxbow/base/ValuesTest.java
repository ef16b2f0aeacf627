package dev.oxbow.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "17, 17",
        "1K, 1024",
        "512MiB, 536870912",
        "512M, 536870912",
        "512MB, 536870912",
        "2 GiB, 2147483648",
        "1T, 1099511627776",
    })
    void sizesAreRead(String text, long bytes) {
        assertThat(ByteSize.parse(text).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5G", "12 parsecs", "MiB", "9999999999999", "1e3"})
    void otherSizesAreRefused(String text) {
        assertThatThrownBy(() -> ByteSize.parse(text))
                .isInstanceOf(OxException.Validation.class)
                .hasMessageContaining("512MiB");
    }

    @ParameterizedTest
    @CsvSource({"0, 0 B", "1023, 1023 B", "1024, 1.0 KiB", "1572864, 1.5 MiB"})
    void sizesAreShown(long bytes, String text) {
        assertThat(new ByteSize(bytes)).hasToString(text);
    }

    @Test
    void deadlinesCountDownAndExpire() {
        assertThat(Deadline.in(Duration.ZERO).expired()).isTrue();
        assertThat(Deadline.in(Duration.ofSeconds(-5)).remaining()).isZero();
        Deadline hour = Deadline.in(Duration.ofHours(1));
        assertThat(hour.expired()).isFalse();
        assertThat(hour.remaining()).isLessThanOrEqualTo(Duration.ofHours(1));
        assertThat(hour.orIn(Duration.ofMinutes(1)).remaining())
                .isLessThanOrEqualTo(Duration.ofMinutes(1));
        assertThat(hour.orIn(Duration.ofHours(9)).remaining())
                .isLessThanOrEqualTo(Duration.ofHours(1));
    }

    @Test
    void aDeadlineBeyondTheClockNeverComes() {
        assertThat(Deadline.in(Duration.ofDays(Long.MAX_VALUE / 100_000)).expired()).isFalse();
        assertThat(Deadline.never().expired()).isFalse();
        assertThat(Deadline.never().orIn(Duration.ZERO).expired()).isTrue();
    }

    /** A shape with everything that records of ours hold. */
    record Sample(String name, Instant at, Optional<String> note, Map<String, Integer> counts) {}

    @Test
    void recordsSurviveJson() {
        Sample sample =
                new Sample(
                        "a\nb",
                        Instant.parse("2026-01-02T03:04:05Z"),
                        Optional.empty(),
                        Map.of("n", 1));
        String json = Json.write(sample);
        assertThat(json).contains("\"2026-01-02T03:04:05Z\"").doesNotContain("\n");
        assertThat(Json.read(json, Sample.class)).isEqualTo(sample);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{} {}", "nope", "{\"name\":1,}"})
    void brokenJsonIsOneTypedFailure(String text) {
        assertThatThrownBy(() -> Json.tree(text)).isInstanceOf(Json.MalformedJson.class);
    }

    @Test
    void hostileNestingIsRefused() {
        assertThatThrownBy(() -> Json.tree("[".repeat(100_000)))
                .isInstanceOf(Json.MalformedJson.class);
    }
}
