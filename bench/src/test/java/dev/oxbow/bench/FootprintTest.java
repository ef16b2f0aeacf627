package dev.oxbow.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FootprintTest {
    @TempDir Path data;

    @Test
    void aFileThatIsLeftBehindIsSeen() throws IOException {
        Footprint before = Footprint.now(data, Set.of());
        Files.writeString(data.resolve("left"), "behind");
        assertThat(Footprint.now(data, Set.of()).grownSince(before)).containsKey("files");
    }

    @Test
    void aProcessThatIsLeftBehindIsSeen() throws IOException {
        Footprint before = Footprint.now(data, Set.of());
        Process left = new ProcessBuilder("sleep", "600").start();
        try {
            assertThat(Footprint.now(data, Set.of()).grownSince(before)).containsKey("processes");
        } finally {
            left.destroyForcibly();
        }
    }

    @Test
    void whatAJavaKeepsForItselfMayComeAndGo() {
        Footprint before = new Footprint(Map.of("threads", 20L, "heap MiB", 4L, "mounts", 0L));
        assertThat(
                        new Footprint(Map.of("threads", 24L, "heap MiB", 8L, "mounts", 0L))
                                .grownSince(before))
                .isEmpty();
        assertThat(
                        new Footprint(Map.of("threads", 25L, "heap MiB", 9L, "mounts", 1L))
                                .grownSince(before))
                .containsOnlyKeys("threads", "heap MiB", "mounts");
    }
}
