package dev.oxbow.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.agents.EventEnvelope;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventLogTest {
    @TempDir Path temp;

    private List<Long> numbers() throws IOException {
        return Files.readAllLines(temp.resolve("events.jsonl")).stream()
                .map(EventEnvelope::fromJson)
                .map(EventEnvelope::seq)
                .toList();
    }

    private EventLog open() {
        try (RunFolder folder = RunFolder.at(temp)) {
            return EventLog.open(folder);
        }
    }

    @Test
    void goesOnAfterTheLastWholeEventAndSkipsWhatItHas() throws IOException {
        try (EventLog log = open()) {
            log.append(Samples.event(1, Samples.message("one")));
            log.append(Samples.event(2, Samples.message("two")));
            log.sync();
        }
        Files.writeString(
                temp.resolve("events.jsonl"), "{\"seq\":3,\"ts\":\"20", StandardOpenOption.APPEND);
        try (EventLog log = open()) {
            assertThat(log.lastSeq()).isEqualTo(2);
            for (int seq = 1; seq <= 4; seq++) {
                log.append(Samples.event(seq, Samples.message("again")));
            }
        }
        assertThat(numbers()).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void cutsOffWhatIsNoEvent() throws IOException {
        try (EventLog log = open()) {
            log.append(Samples.event(1, Samples.message("one")));
        }
        Files.write(
                temp.resolve("events.jsonl"),
                new byte[] {0, 0, 0, '\n'},
                StandardOpenOption.APPEND);
        try (EventLog log = open()) {
            assertThat(log.lastSeq()).isEqualTo(1);
            log.append(Samples.event(2, Samples.message("two")));
        }
        assertThat(numbers()).containsExactly(1L, 2L);
    }

    @Test
    void refusesALinkInItsPlace() throws IOException {
        Path victim = Files.writeString(temp.resolve("victim"), "mine");
        Files.createSymbolicLink(temp.resolve("events.jsonl"), victim);
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        OxException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.PATH_ESCAPE));
        assertThat(victim).hasContent("mine");
    }
}
