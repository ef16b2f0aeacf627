package dev.oxbow.providers.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.BootTime;
import dev.oxbow.sandbox.Lifetime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clocks of a sandbox as they are written down. */
class LifeTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir Path dir;

    @Test
    void theLastMomentIsReadBackAndWrittenOver() {
        Activity activity = new Activity(dir.resolve("activity"));
        assertThat(activity.last()).isEmpty();
        activity.note(new BootTime("boot", 123_456));
        activity.note(new BootTime("boot", 7));
        assertThat(activity.last()).contains(new BootTime("boot", 7));
    }

    @Test
    void f54_neitherTheTimeOfAFileNorThatOfTheDayPlaysAPart() throws Exception {
        Activity activity = new Activity(dir.resolve("activity"));
        activity.note();
        BootTime noted = activity.last().orElseThrow();
        for (int days : new int[] {1, -1}) {
            Files.setLastModifiedTime(
                    activity.file(), FileTime.from(Instant.now().plus(Duration.ofDays(days))));
            assertThat(activity.last()).contains(noted);
        }
    }

    @Test
    void aMomentThatCannotBeReadIsNotAnEarlyOne() throws Exception {
        Path file = dir.resolve("activity");
        Files.writeString(file, "boot yesterday\n");
        assertThatThrownBy(() -> new Activity(file).last())
                .isInstanceOfSatisfying(
                        OxException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNREADABLE));
    }

    @Test
    void whatIsNotedOfASandboxThatIsRemovedIsForgotten() {
        new Activity(dir.resolve("gone/activity")).note();
        assertThat(dir.resolve("gone")).doesNotExist();
    }

    @Test
    void timeToLiveRunsOutAndStaysAtZero() {
        Lifetime lifetime = Lifetime.ENDLESS.endingAfter(HOUR);
        StoredLife life = new StoredLife(lifetime, lifetime, new BootTime("a", 1000));
        assertThat(life.timeLeft(new BootTime("a", 1000))).contains(HOUR);
        assertThat(life.timeLeft(new BootTime("a", 1000 + HOUR.toMillis() / 2)))
                .contains(HOUR.dividedBy(2));
        assertThat(life.timeLeft(new BootTime("a", 5 * HOUR.toMillis()))).contains(Duration.ZERO);
    }

    @Test
    void afterARebootOnlyTheTimeSinceCounts() {
        Lifetime lifetime = Lifetime.ENDLESS.endingAfter(HOUR);
        StoredLife life =
                new StoredLife(lifetime, lifetime, new BootTime("a", 50 * HOUR.toMillis()));
        assertThat(life.timeLeft(new BootTime("b", 600_000))).contains(HOUR.minusMinutes(10));
    }

    @Test
    void theLifeOfASandboxOfAnEarlierVersionIsTheDefault() {
        assertThat(StoredLife.read(dir.resolve("life.json")).now()).isEqualTo(Lifetime.DEFAULT);
    }

    @Test
    void durationsAreWrittenWithTheirUnits() throws Exception {
        Path file = dir.resolve("life.json");
        StoredLife life = StoredLife.of(Lifetime.DEFAULT);
        life.write(file);
        assertThat(file).content().contains("\"PT5M\"", "\"PT15M\"");
        assertThat(StoredLife.read(file)).isEqualTo(life);
    }
}
