package dev.oxbow.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.OxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockFileTest {
    @TempDir Path dir;

    @Test
    void oneHolderAtATimeAlsoWithinOneProcess() {
        Path path = dir.resolve("lock");
        LockFile first = LockFile.tryHold(path).orElseThrow();

        assertThat(LockFile.tryHold(path)).isEmpty();
        // Asking closes a file of its own; that must not free the first one's lock.
        assertThat(LockFile.tryHold(path)).isEmpty();

        first.close();
        LockFile second = LockFile.tryHold(path).orElseThrow();
        second.close();
    }

    @Test
    void aLinkInItsPlaceIsRefused() throws Exception {
        Path target = Files.createFile(dir.resolve("target"));
        Path link = Files.createSymbolicLink(dir.resolve("link"), target);

        assertThatThrownBy(() -> LockFile.tryHold(link)).isInstanceOf(OxException.class);
    }
}
