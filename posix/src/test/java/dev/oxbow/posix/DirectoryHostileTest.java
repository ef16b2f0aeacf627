package dev.oxbow.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.ByteSize;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Trees that someone else changes while they are used. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DirectoryHostileTest {
    private static final TreePath DIR = TreePath.of("d");
    private static final TreePath LINK = TreePath.of("l");

    @TempDir Path temp;

    private Path outside;
    private Path root;

    @BeforeEach
    void plant() throws IOException {
        outside = Files.createDirectory(temp.resolve("outside"));
        root = Files.createDirectory(temp.resolve("root"));
        Files.writeString(outside.resolve("keep"), "mine");
    }

    private void assertOutsideUntouched() throws IOException {
        try (var names = Files.list(outside)) {
            assertThat(names.map(p -> p.getFileName().toString())).containsExactly("keep");
        }
        assertThat(outside.resolve("keep")).hasContent("mine");
    }

    /** Swaps a directory and a link out of the tree as fast as it can until closed. */
    private static final class Swapping implements AutoCloseable {
        private final AtomicBoolean stop = new AtomicBoolean();
        private final Thread thread;

        Swapping(Directory dir, TreePath one, TreePath other) {
            thread =
                    Thread.ofPlatform()
                            .name("swapping")
                            .start(() -> {
                                while (!stop.get()) {
                                    try {
                                        dir.exchange(one, other);
                                    } catch (OxException gone) {
                                        Thread.onSpinWait();
                                    }
                                }
                            });
        }

        @Override
        public void close() {
            stop.set(true);
            try {
                thread.join(Duration.ofSeconds(30));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDirectoryThatBecomesALinkNeverLeadsOut(Beneath way) throws IOException {
        try (Directory dir = Directory.open(root, Optional.of(way));
                Directory attacker = Directory.open(root)) {
            dir.mkdir(DIR, 0755);
            dir.symlink(LINK, outside.toString().getBytes(UTF_8));
            int written = 0;
            int refused = 0;
            Deadline deadline = Deadline.in(Duration.ofSeconds(30));
            try (Swapping _ = new Swapping(attacker, DIR, LINK)) {
                for (int i = 0; (written < 100 || refused < 100) && !deadline.expired(); i++) {
                    TreePath file = DIR.resolve("f" + i % 10);
                    try {
                        switch (i % 5) {
                            case 0 -> dir.write(file, FileSpec.mode(0644), new byte[] {1});
                            case 1 -> dir.mkdir(DIR.resolve("sub" + i), 0755);
                            case 2 -> dir.symlink(file, new byte[] {'x'});
                            case 3 -> dir.removeTree(DIR.resolve("keep"));
                            default -> dir.append(DIR.resolve("log"), 0644).close();
                        }
                        written++;
                    } catch (OxException e) {
                        assertThat(e.code()).isEqualTo(ErrorCode.PATH_ESCAPE);
                        refused++;
                    }
                }
            }
            assertThat(written).isPositive();
            assertThat(refused).isPositive();
        }
        assertOutsideUntouched();
    }

    @ParameterizedTest
    @EnumSource
    void removingATreeDoesNotFollowALinkThatAppearsInIt(Beneath way) throws IOException {
        try (Directory dir = Directory.open(root, Optional.of(way));
                Directory attacker = Directory.open(root)) {
            for (int round = 0; round < 60; round++) {
                dir.symlink(LINK, outside.toString().getBytes(UTF_8));
                dir.mkdirs(TreePath.of("t/d/e"), 0755);
                for (int i = 0; i < 5; i++) {
                    dir.write(TreePath.of("t/d/f" + i), FileSpec.mode(0644), new byte[0]);
                }
                try (Swapping _ = new Swapping(attacker, TreePath.of("t/d"), LINK)) {
                    dir.removeTree(TreePath.of("t"));
                } catch (OxException e) {
                    assertThat(e.code()).isEqualTo(ErrorCode.FILE_CHANGING);
                }
                dir.removeTree(TreePath.of("t"));
                dir.removeTree(LINK);
            }
        }
        assertOutsideUntouched();
    }

    @Test
    void removesChainsDeeperThanAnyPathAndRefusesToListThem() throws IOException {
        int depth = 2500;
        try (Directory dir = Directory.open(root)) {
            dir.mkdir(DIR, 0755);
            Directory at = dir.open(DIR);
            for (int i = 0; i < depth; i++) {
                at.mkdir(DIR, 0755);
                Directory next = at.open(DIR);
                at.close();
                at = next;
            }
            at.write(TreePath.of("bottom"), FileSpec.mode(0644), new byte[0]);
            at.close();
            assertThatThrownBy(() -> dir.scan(_ -> true))
                    .isInstanceOfSatisfying(
                            OxException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.SYNC_LIMIT_EXCEEDED));
            dir.removeTree(DIR);
            assertThat(dir.scan(_ -> true)).isEmpty();
        }
    }

    @Test
    void removesDirectoriesThatTheirOwnerLocked() throws IOException {
        try (Directory dir = Directory.open(root)) {
            dir.mkdirs(TreePath.of("t/locked/inner"), 0755);
            dir.write(TreePath.of("t/locked/inner/f"), FileSpec.mode(0), new byte[0]);
            dir.setMode(TreePath.of("t/locked/inner"), 0);
            dir.setMode(TreePath.of("t/locked"), 0500);
            dir.setMode(TreePath.of("t"), 0);
            dir.removeTree(TreePath.of("t"));
            assertThat(dir.scan(_ -> true)).isEmpty();
        }
    }

    @Test
    void whatCannotBeReadIsNeverTakenForAbsent() throws IOException {
        Assumptions.assumeFalse(Posix.isRoot(), "root reads everything");
        try (Directory dir = Directory.open(root)) {
            dir.mkdirs(TreePath.of("locked/inner"), 0755);
            Files.setPosixFilePermissions(
                    root.resolve("locked"), PosixFilePermissions.fromString("---------"));
            assertThatThrownBy(() -> dir.stat(TreePath.of("locked/inner")))
                    .isInstanceOfSatisfying(
                            OxException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.PERMISSION_DENIED));
            assertThatThrownBy(() -> dir.scan(_ -> true)).isInstanceOf(OxException.class);
            dir.setMode(TreePath.of("locked"), 0700);
        }
    }

    @Test
    void aFullDiskKeepsTheOldFileAndLeavesNoTrace() throws Exception {
        Assumptions.assumeTrue(Posix.isRoot(), "only root can make a small disk");
        Path disk = Files.createDirectory(temp.resolve("disk"));
        assertThat(run("mount", "-t", "tmpfs", "-o", "size=256k", "none", disk.toString()))
                .isZero();
        try (Directory dir = Directory.open(disk)) {
            TreePath file = TreePath.of("f");
            dir.write(file, FileSpec.mode(0644), "old".getBytes(UTF_8));
            assertNoSpace(() -> dir.write(file, FileSpec.mode(0644), new byte[300_000]));
            assertThat(dir.readAll(file, ByteSize.mebibytes(1))).isEqualTo("old".getBytes(UTF_8));
            assertThat(dir.list(TreePath.ROOT)).hasSize(1);
            try (AppendFile log = dir.append(TreePath.of("log"), 0644)) {
                log.write(new byte[1000]);
                assertNoSpace(() -> log.write(new byte[300_000]));
                assertThat(log.size()).isEqualTo(new ByteSize(1000));
                log.write(new byte[1000]);
                assertThat(log.size()).isEqualTo(new ByteSize(2000));
            }
            assertThat(dir.freeSpace().bytes()).isBetween(1L, 256L << 10);
        } finally {
            run("umount", disk.toString());
        }
    }

    private static void assertNoSpace(Runnable action) {
        assertThatThrownBy(action::run)
                .isInstanceOfSatisfying(
                        OxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_SPACE));
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
