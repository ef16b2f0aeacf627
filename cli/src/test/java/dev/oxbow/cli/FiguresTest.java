package dev.oxbow.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.OxException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FiguresTest {

    @ParameterizedTest
    @CsvSource({"90,90", "90s,90", "30m,1800", "1h30m,5400", "2h,7200", "1h2m3s,3723"})
    void readsDurations(String text, long seconds) {
        assertThat(Figures.duration("--timeout", text)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "x", "3x", "-5", "0", "0s", "1m30h", "1.5h", "99999999999999s"})
    void refusesWhatIsNoDuration(String text) {
        assertThatThrownBy(() -> Figures.duration("--timeout", text))
                .isInstanceOf(OxException.class)
                .hasMessageContaining("--timeout");
    }

    @ParameterizedTest
    @CsvSource({"400,0.4 s", "12000,12 s", "185000,3 m 05 s", "7800000,2 h 10 m"})
    void writesDurations(long millis, String text) {
        assertThat(Figures.took(Duration.ofMillis(millis))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0,0 B", "999,999 B", "1500,1.5 kB", "250000,250 kB", "1500000,1.5 MB"})
    void writesSizes(long bytes, String text) {
        assertThat(Figures.bytes(bytes)).isEqualTo(text);
    }
}
