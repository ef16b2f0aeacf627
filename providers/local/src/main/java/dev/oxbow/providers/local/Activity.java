package dev.oxbow.providers.local;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.BootTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The moment something last happened in a sandbox, as one line of fixed length that everybody
 * writes over: its users from Java, and the supervisors of its processes when those end. One write
 * of one line; a reader sees the old or the new moment.
 *
 * @param file where it stands
 */
record Activity(Path file) {

    /** Notes that something happens now. A sandbox that is being removed takes no notice. */
    void note() {
        note(BootTime.now());
    }

    void note(BootTime moment) {
        try {
            Files.write(
                    file,
                    line(moment).getBytes(StandardCharsets.US_ASCII),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
        } catch (NoSuchFileException removed) {
            return;
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.STORE_UNREADABLE,
                            "the activity in %s cannot be written: %s",
                            file,
                            Why.of(e))
                    .causedBy(e);
        }
    }

    /** As {@code supervisor.pl} writes it, too. */
    static String line(BootTime moment) {
        return "%s %013d\n".formatted(moment.boot(), moment.millis());
    }

    /** Empty if nothing was ever noted, which is so for sandboxes of earlier versions. */
    Optional<BootTime> last() {
        try {
            String[] words = Files.readString(file).strip().split(" ", -1);
            if (words.length != 2) {
                throw OxException.of(ErrorCode.STORE_UNREADABLE, "it has %d words", words.length);
            }
            return Optional.of(new BootTime(words[0], Long.parseLong(words[1])));
        } catch (NoSuchFileException never) {
            return Optional.empty();
        } catch (IOException | NumberFormatException | OxException e) {
            throw OxException.of(
                            ErrorCode.STORE_UNREADABLE,
                            "the activity in %s cannot be read: %s",
                            file,
                            Why.of(e))
                    .causedBy(e);
        }
    }
}
