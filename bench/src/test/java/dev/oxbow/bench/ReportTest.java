package dev.oxbow.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
    private final PrintStream quiet =
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);

    @Test
    void percentilesAreByNearestRank() {
        long[] nanos = new long[100];
        for (int i = 0; i < 100; i++) {
            nanos[i] = (100 - i) * 1_000_000L;
        }
        Samples s = new Samples("it", nanos, 0);
        assertThat(s.percentileMillis(0.5)).isEqualTo(50);
        assertThat(s.percentileMillis(0.99)).isEqualTo(99);
        assertThat(s.percentileMillis(1)).isEqualTo(100);
    }

    @Test
    void subjectsTakeTurnsAndFailuresCount() {
        List<String> order = new ArrayList<>();
        Race race = new Race("turns", 1, 2, "");
        Race.Result result =
                race.run(
                        List.of(
                                Subject.of("a", () -> order.add("a")),
                                Subject.of(
                                        "b",
                                        () -> {
                                            order.add("b");
                                            throw new IllegalStateException("no");
                                        })),
                        quiet);
        assertThat(order).containsExactly("a", "b", "a", "b", "a", "b");
        assertThat(result.samples().get(0).nanos()).hasSize(2);
        assertThat(result.samples().get(1).failures()).isEqualTo(2);
        assertThat(result.samples().get(1).successRate()).isZero();
    }

    @Test
    void theTableStatesTheRatioToEachPeer() {
        Race.Result result =
                new Race.Result(
                        "exec",
                        "≤ 3 ms",
                        List.of(
                                new Samples("oxbow", new long[] {3_000_000}, 0),
                                new Samples("nsenter", new long[] {2_000_000}, 0)));
        assertThat(Report.table(List.of(result)))
                .contains("| exec | oxbow | 3.00 | 3.00 | 100 % |  | ≤ 3 ms |")
                .contains("|  | nsenter | 2.00 | 2.00 | 100 % | 1.50 |  |");
    }
}
