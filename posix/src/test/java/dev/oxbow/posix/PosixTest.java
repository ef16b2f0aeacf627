package dev.oxbow.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.OxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PosixTest {
    @TempDir Path temp;

    @Test
    void knowsWhoItIs() throws Exception {
        Files.createFile(temp.resolve("mine"));
        assertThat(Files.getAttribute(temp.resolve("mine"), "unix:uid"))
                .isEqualTo(Posix.effectiveUser());
        assertThat(Posix.isRoot()).isEqualTo(Posix.effectiveUser() == 0);
        assertThat(Posix.effectiveGroup()).isNotNegative();
    }

    @Test
    void signalsAProcessAndSeesThatItIsGone() throws Exception {
        Process child = new ProcessBuilder("sleep", "600").start();
        assertThat(Posix.kill(child.pid(), 0)).isTrue();
        assertThat(Posix.kill(child.pid(), 9)).isTrue();
        assertThat(child.waitFor()).isEqualTo(128 + 9);
        assertThat(Posix.kill(child.pid(), 0)).isFalse();
    }

    @Test
    void neverSignalsEveryone() {
        assertThatThrownBy(() -> Posix.kill(-1, 9)).isInstanceOf(OxException.class);
        assertThatThrownBy(() -> Posix.kill(0, 9)).isInstanceOf(OxException.class);
    }

    @Test
    void aHoleGivesSpaceBackAndKeepsOffsets() throws Exception {
        byte[] content = new byte[256 << 10];
        Arrays.fill(content, (byte) 7);
        Path file = Files.write(temp.resolve("spool"), content);
        Assumptions.assumeTrue(Posix.punchHole(file, 0, 128 << 10), "no holes here");
        byte[] after = Files.readAllBytes(file);
        assertThat(after).hasSize(content.length);
        assertThat(after[100]).isZero();
        assertThat(after[128 << 10]).isEqualTo((byte) 7);
        Path link = Files.createSymbolicLink(temp.resolve("link"), file);
        assertThatThrownBy(() -> Posix.punchHole(link, 0, 4096)).isInstanceOf(OxException.class);
    }
}
