package dev.oxbow.base;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.BoundedQueue.Overflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BoundedQueueTest {
    private static final Deadline SOON = Deadline.in(Duration.ofSeconds(10));

    @Test
    void everyElementOfASlowedWriterArrivesInOrder() throws InterruptedException {
        BoundedQueue<Integer> queue = new BoundedQueue<>(3, Overflow.WAIT);
        Thread writer =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                for (int i = 0; i < 5_000; i++) {
                                    queue.put(i);
                                }
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            queue.close();
                        });
        List<Integer> taken = new ArrayList<>();
        Optional<Integer> next = queue.take(SOON);
        while (next.isPresent()) {
            taken.add(next.get());
            next = queue.take(SOON);
        }
        writer.join();
        assertThat(taken).hasSize(5_000).isSorted();
        assertThat(queue.finished()).isTrue();
    }

    @Test
    void dropsTheOldestAndCountsIt() throws InterruptedException {
        BoundedQueue<String> queue = new BoundedQueue<>(2, Overflow.DROP_OLDEST);
        for (String element : List.of("a", "b", "c", "d")) {
            assertThat(queue.put(element)).isTrue();
        }
        assertThat(queue.takeDropped()).isEqualTo(2);
        assertThat(queue.takeDropped()).isZero();
        assertThat(queue.take(SOON)).contains("c");
        assertThat(queue.take(SOON)).contains("d");
    }

    @Test
    void closingLetsReadersDrainAndRefusesMore() throws InterruptedException {
        BoundedQueue<String> queue = new BoundedQueue<>(2, Overflow.WAIT);
        queue.put("last");
        queue.close();
        assertThat(queue.put("late")).isFalse();
        assertThat(queue.finished()).isFalse();
        assertThat(queue.take(SOON)).contains("last");
        assertThat(queue.take(SOON)).isEmpty();
        assertThat(queue.finished()).isTrue();
    }

    @Test
    void closingWakesAWaitingWriter() throws InterruptedException {
        BoundedQueue<String> queue = new BoundedQueue<>(1, Overflow.WAIT);
        queue.put("fills it");
        List<Boolean> answers = new ArrayList<>();
        Thread writer =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                answers.add(queue.put("waits"));
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        while (writer.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        queue.close();
        writer.join();
        assertThat(answers).containsExactly(false);
    }

    @Test
    void anExpiredDeadlineAnswersAtOnce() throws InterruptedException {
        BoundedQueue<String> queue = new BoundedQueue<>(1, Overflow.WAIT);
        assertThat(queue.take(Deadline.in(Duration.ZERO))).isEmpty();
        queue.put("there");
        assertThat(queue.take(Deadline.in(Duration.ZERO))).contains("there");
    }
}
