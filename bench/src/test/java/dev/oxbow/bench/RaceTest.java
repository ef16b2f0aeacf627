package dev.oxbow.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RaceTest {
    private final PrintStream quiet =
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);

    private static Race race(int warmup, int rounds, Duration patience) {
        return new Race("turns", "turns", "", Target.NONE, Unit.MILLIS, warmup, rounds, patience);
    }

    @Test
    void allTakeTheirTurnInEachRoundAndFailuresAreCountedAndNotRepeated() {
        List<String> order = new ArrayList<>();
        Row row =
                race(1, 2, Duration.ofHours(1))
                        .run(
                                List.of(
                                        Subject.of("a", () -> order.add("a")),
                                        Subject.of(
                                                "b",
                                                () -> {
                                                    order.add("b");
                                                    throw new IllegalStateException("no");
                                                })),
                                quiet);
        for (int round = 0; round < 3; round++) {
            assertThat(order.subList(2 * round, 2 * round + 2)).containsExactlyInAnyOrder("a", "b");
        }
        assertThat(row.samples().get(0).values()).hasSize(2);
        assertThat(row.samples().get(1).failures()).containsExactly("no", "no");
        assertThat(row.samples().get(1).successRate()).isZero();
    }

    @Test
    void whatIsDoneWronglyCountsAsFailed() {
        Subject wrong =
                new Subject() {
                    @Override
                    public String name() {
                        return "wrong";
                    }

                    @Override
                    public void once() {}

                    @Override
                    public void verify() {
                        throw new IllegalStateException("not what was asked for");
                    }
                };
        Samples samples =
                race(0, 3, Duration.ofHours(1)).run(List.of(wrong), quiet).samples().getFirst();
        assertThat(samples.values()).isEmpty();
        assertThat(samples.failures()).hasSize(3);
    }

    @Test
    void aPeerThatHasUsedItsTimeSitsOutTheRest() {
        int[] turns = {0};
        Row row =
                race(0, 50, Duration.ofNanos(1))
                        .run(
                                List.of(
                                        Subject.of("ours", () -> {}),
                                        Subject.of("slow", () -> turns[0]++)),
                                quiet);
        assertThat(turns[0]).isEqualTo(1);
        assertThat(row.samples().get(1).values()).hasSize(1);
    }
}
