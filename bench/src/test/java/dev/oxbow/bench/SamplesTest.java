package dev.oxbow.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplesTest {

    private static Samples tti(double[] millis, int failures) {
        return Samples.of(
                "it", "none", Unit.TTI, millis, Collections.nCopies(failures, "it broke"));
    }

    private static double[] oneTo(int last) {
        return IntStream.rangeClosed(1, last).mapToDouble(i -> last + 1 - i).toArray();
    }

    @Test
    void aTwentiethIsLeftOutAtEachEndBeforePercentilesAndNotBeforeExtremes() {
        Samples samples = tti(oneTo(100), 0);
        assertThat(samples.median()).isEqualTo(50);
        assertThat(samples.percentile(0.95)).isEqualTo(91);
        assertThat(samples.tail()).isEqualTo(95);
        assertThat(samples.best()).isEqualTo(1);
        assertThat(samples.worst()).isEqualTo(100);
    }

    @Test
    void fewValuesAreAllKept() {
        Samples samples = tti(new double[] {3, 1, 2}, 0);
        assertThat(samples.median()).isEqualTo(2);
        assertThat(samples.tail()).isEqualTo(3);
    }

    @Test
    void theScoreWeighsMedianAndTailsAndIsMultipliedBySuccess() {
        double[] same = new double[40];
        Arrays.fill(same, 1000);
        assertThat(tti(same, 0).score()).isCloseTo(90, within(1e-9));
        assertThat(tti(same, 40).score()).isCloseTo(45, within(1e-9));
        assertThat(tti(new double[] {20_000}, 0).score()).isZero();
        assertThat(tti(new double[0], 3).score()).isZero();
    }

    @Test
    void whereMoreIsBetterTheTailAndTheWorstAreTheLowestOnes() {
        Samples rates = Samples.of("it", "none", Unit.PER_SECOND, oneTo(100), List.of());
        assertThat(rates.tail()).isEqualTo(6);
        assertThat(rates.worst()).isEqualTo(1);
        assertThat(rates.best()).isEqualTo(100);
    }

    @Test
    void aTargetIsNotReachedByFiguresOfWhichSomeFailed() {
        Target target = Target.medianAndTail(15, 60);
        assertThat(target.judge(List.of(tti(new double[] {14, 15, 59}, 0)))).contains(true);
        assertThat(target.judge(List.of(tti(new double[] {14, 15, 61}, 0)))).contains(false);
        assertThat(target.judge(List.of(tti(new double[] {14, 15, 59}, 1)))).contains(false);
        assertThat(Target.NONE.judge(List.of(tti(new double[] {1}, 0)))).isEmpty();
    }
}
