package dev.oxbow.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.ByteSize;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DirectoryTest {
    private static final ByteSize LIMIT = ByteSize.mebibytes(8);

    @TempDir Path temp;

    private Directory open(Beneath way) throws IOException {
        return Directory.open(Files.createDirectories(temp.resolve("root")), Optional.of(way));
    }

    private Path root() {
        return temp.resolve("root");
    }

    private static void assertCode(ErrorCode code, Runnable action) {
        assertThatThrownBy(action::run)
                .isInstanceOfSatisfying(
                        OxException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @ParameterizedTest
    @EnumSource
    void writesAFileWithModeTimeAndContentAndReadsItBack(Beneath way) throws IOException {
        try (Directory dir = open(way)) {
            TreePath path = TreePath.of("a/b.txt");
            dir.mkdir(TreePath.of("a"), 0751);
            long time = 1_234_567_890_123_456_789L;
            dir.write(path, FileSpec.mode(0640).modifiedAt(time).synced(), "hello".getBytes(UTF_8));

            assertThat(dir.readAll(path, LIMIT)).isEqualTo("hello".getBytes(UTF_8));
            Entry entry = dir.stat(path).orElseThrow();
            assertThat(entry.kind()).isEqualTo(Entry.Kind.FILE);
            assertThat(entry.size()).isEqualTo(5);
            assertThat(entry.mode()).isEqualTo(0640);
            assertThat(entry.mtimeNanos()).isEqualTo(time);
            assertThat(dir.stat(TreePath.of("a")).orElseThrow().mode()).isEqualTo(0751);
            assertThat(dir.list(TreePath.of("a"))).containsExactly(entry);
        }
    }

    @ParameterizedTest
    @EnumSource
    void replacesFilesAndLinksButNeverDirectories(Beneath way) throws IOException {
        try (Directory dir = open(way)) {
            Path outside = Files.writeString(temp.resolve("outside"), "untouched");
            dir.symlink(TreePath.of("x"), outside.toString().getBytes(UTF_8));
            dir.write(TreePath.of("x"), FileSpec.mode(0644), "new".getBytes(UTF_8));
            assertThat(outside).hasContent("untouched");
            assertThat(Files.isSymbolicLink(root().resolve("x"))).isFalse();

            dir.symlink(TreePath.of("x"), "elsewhere".getBytes(UTF_8));
            assertThat(dir.readLink(TreePath.of("x"))).isEqualTo("elsewhere".getBytes(UTF_8));

            dir.mkdir(TreePath.of("d"), 0755);
            assertCode(
                    ErrorCode.IS_DIRECTORY,
                    () -> dir.write(TreePath.of("d"), FileSpec.mode(0644), new byte[0]));
            assertThat(dir.list(TreePath.ROOT)).hasSize(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesEveryOperationBelowALink(Beneath way) throws IOException {
        Path outside = Files.createDirectories(temp.resolve("outside"));
        Files.writeString(outside.resolve("f"), "secret");
        try (Directory dir = open(way)) {
            dir.symlink(TreePath.of("link"), outside.toString().getBytes(UTF_8));
            dir.symlink(TreePath.of("file"), outside.resolve("f").toString().getBytes(UTF_8));
            TreePath below = TreePath.of("link/f");
            Stream.<Runnable>of(
                            () -> dir.read(below),
                            () -> dir.stat(below),
                            () -> dir.readLink(below),
                            () -> dir.write(below, FileSpec.mode(0644), new byte[1]),
                            () -> dir.append(below, 0644),
                            () -> dir.mkdir(TreePath.of("link/new"), 0755),
                            () -> dir.symlink(TreePath.of("link/new"), new byte[] {'x'}),
                            () -> dir.rename(below, TreePath.of("stolen")),
                            () -> dir.rename(TreePath.of("file"), TreePath.of("link/new")),
                            () -> dir.remove(below),
                            () -> dir.removeTree(below),
                            () -> dir.setMode(below, 0777),
                            () -> dir.setMode(TreePath.of("file"), 0777),
                            () -> dir.setModified(below, 0),
                            () -> dir.sync(TreePath.of("link")),
                            () -> dir.list(TreePath.of("link")),
                            () -> dir.open(TreePath.of("link")),
                            () -> dir.read(TreePath.of("file")),
                            () -> dir.append(TreePath.of("file"), 0644))
                    .forEach(action -> assertCode(ErrorCode.PATH_ESCAPE, action));
            assertThat(outside.resolve("f")).hasContent("secret");
            assertThat(outside).isDirectoryNotContaining("regex:.*new");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(outside)))
                    .isNotEqualTo("rwxrwxrwx");
        }
    }

    @ParameterizedTest
    @EnumSource
    @Timeout(value = 20, unit = TimeUnit.SECONDS)
    void refusesFifosAndDirectoriesWithoutWaiting(Beneath way) throws Exception {
        try (Directory dir = open(way)) {
            Process made = new ProcessBuilder("mkfifo", root().resolve("fifo").toString()).start();
            assertThat(made.waitFor()).isZero();
            assertCode(ErrorCode.SYNC_UNREADABLE, () -> dir.read(TreePath.of("fifo")));
            assertCode(ErrorCode.SYNC_UNREADABLE, () -> dir.append(TreePath.of("fifo"), 0644));
            dir.mkdir(TreePath.of("d"), 0755);
            assertCode(ErrorCode.IS_DIRECTORY, () -> dir.read(TreePath.of("d")));
            assertThat(dir.stat(TreePath.of("fifo")).orElseThrow().kind())
                    .isEqualTo(Entry.Kind.OTHER);
        }
    }

    @ParameterizedTest
    @EnumSource
    void absenceIsEmptyAndRemovalOfTheAbsentIsNothing(Beneath way) throws IOException {
        try (Directory dir = open(way)) {
            dir.write(TreePath.of("f"), FileSpec.mode(0644), new byte[0]);
            assertThat(dir.stat(TreePath.of("no"))).isEmpty();
            assertThat(dir.stat(TreePath.of("no/deeper"))).isEmpty();
            assertThat(dir.stat(TreePath.of("f/deeper"))).isEmpty();
            assertCode(ErrorCode.FILE_NOT_FOUND, () -> dir.read(TreePath.of("no")));
            assertCode(ErrorCode.NOT_DIRECTORY, () -> dir.read(TreePath.of("f/deeper")));
            assertCode(
                    ErrorCode.FILE_NOT_FOUND,
                    () -> dir.write(TreePath.of("no/f"), FileSpec.mode(0644), new byte[0]));
            for (String absent : List.of("no", "no/deeper", "f/deeper")) {
                dir.remove(TreePath.of(absent));
                dir.removeTree(TreePath.of(absent));
            }
            dir.mkdirs(TreePath.of("d/e/f"), 0755);
            assertCode(ErrorCode.IS_DIRECTORY, () -> dir.remove(TreePath.of("d")));
            assertCode(ErrorCode.FILE_EXISTS, () -> dir.mkdir(TreePath.of("f"), 0755));
            dir.removeTree(TreePath.of("d"));
            assertThat(dir.scan(_ -> true))
                    .extracting(e -> e.path().toString())
                    .containsExactly("f");
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsNamesThatAreNotText(Beneath way) throws IOException {
        try (Directory dir = open(way)) {
            byte[] name = {'a', (byte) 0xff, '\n', (byte) 0xc3, '\\', ' '};
            TreePath parent = TreePath.ROOT.resolve(name);
            TreePath path = parent.resolve(new byte[] {(byte) 0x80});
            dir.mkdir(parent, 0755);
            dir.write(path, FileSpec.mode(0644), new byte[] {1});
            assertThat(dir.scan(_ -> true)).extracting(Entry::path).containsExactly(parent, path);
            assertThat(dir.readAll(path, LIMIT)).containsExactly(1);
            dir.removeTree(parent);
            assertThat(dir.scan(_ -> true)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void listsInByteOrderAndDescendsWhereAsked(Beneath way) throws IOException {
        try (Directory dir = open(way)) {
            dir.mkdirs(TreePath.of("a/x"), 0755);
            dir.mkdirs(TreePath.of("skip/below"), 0755);
            for (String file : List.of("a-b", "a/y", "z", "a/x/1")) {
                dir.write(TreePath.of(file), FileSpec.mode(0644), new byte[0]);
            }
            assertThat(dir.scan(p -> !p.equals(TreePath.of("skip"))))
                    .extracting(e -> e.path().toString())
                    .containsExactly("a", "a-b", "a/x", "a/x/1", "a/y", "skip", "z");
        }
    }

    @ParameterizedTest
    @EnumSource
    void renamesReplacesAndExchanges(Beneath way) throws IOException {
        try (Directory dir = open(way)) {
            dir.mkdirs(TreePath.of("d"), 0755);
            dir.write(TreePath.of("one"), FileSpec.mode(0644), "1".getBytes(UTF_8));
            dir.write(TreePath.of("d/two"), FileSpec.mode(0644), "2".getBytes(UTF_8));
            assertCode(
                    ErrorCode.FILE_EXISTS,
                    () -> dir.renameNoReplace(TreePath.of("one"), TreePath.of("d/two")));
            dir.exchange(TreePath.of("one"), TreePath.of("d/two"));
            assertThat(root().resolve("one")).hasContent("2");
            dir.rename(TreePath.of("one"), TreePath.of("d/two"));
            assertThat(root().resolve("d/two")).hasContent("2");
            dir.renameNoReplace(TreePath.of("d/two"), TreePath.of("one"));
            assertThat(root().resolve("one")).hasContent("2");
            assertThat(dir.list(TreePath.of("d"))).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailingSourceLeavesTheOldFileAndNoTrace(Beneath way) throws IOException {
        try (Directory dir = open(way)) {
            TreePath path = TreePath.of("f");
            dir.write(path, FileSpec.mode(0644), "old".getBytes(UTF_8));
            InputStream failing =
                    new SequenceInputStream(
                            new ByteArrayInputStream(new byte[100_000]), new TornStream());
            assertThatThrownBy(() -> dir.write(path, FileSpec.mode(0644), failing))
                    .isInstanceOf(IOException.class)
                    .hasMessage("torn");
            assertThat(root().resolve("f")).hasContent("old");
            assertThat(dir.list(TreePath.ROOT)).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesNamesAndPathsThatAreTooLong(Beneath way) throws IOException {
        try (Directory dir = open(way)) {
            TreePath longName = TreePath.of("n".repeat(256));
            assertCode(
                    ErrorCode.SYNC_LIMIT_EXCEEDED,
                    () -> dir.write(longName, FileSpec.mode(0644), new byte[0]));
            TreePath longPath = TreePath.of("n".repeat(200) + "/" + "d/".repeat(2500) + "f");
            assertCode(ErrorCode.SYNC_LIMIT_EXCEEDED, () -> dir.read(longPath));
            assertCode(ErrorCode.SYNC_LIMIT_EXCEEDED, () -> dir.mkdir(longPath, 0755));
            assertCode(
                    ErrorCode.SYNC_LIMIT_EXCEEDED,
                    () -> dir.symlink(TreePath.of("l"), "t".repeat(5000).getBytes(UTF_8)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsLargeFilesAndEnforcesLimits(Beneath way) throws IOException {
        try (Directory dir = open(way)) {
            byte[] large = new byte[1_000_003];
            for (int i = 0; i < large.length; i++) {
                large[i] = (byte) (i * 31);
            }
            dir.write(TreePath.of("f"), FileSpec.mode(0600), large);
            assertThat(dir.readAll(TreePath.of("f"), LIMIT)).isEqualTo(large);
            assertThat(dir.readAll(TreePath.of("f"), new ByteSize(large.length)))
                    .hasSize(1_000_003);
            assertCode(
                    ErrorCode.FILE_TOO_LARGE,
                    () -> dir.readAll(TreePath.of("f"), new ByteSize(large.length - 1)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClosedDirectoryRefusesAndItsStreamsLiveOn(Beneath way) throws IOException {
        Directory dir = open(way);
        dir.write(TreePath.of("f"), FileSpec.mode(0600), "x".getBytes(UTF_8));
        try (InputStream in = dir.read(TreePath.of("f"))) {
            dir.close();
            dir.close();
            assertThat(in.readAllBytes()).isEqualTo("x".getBytes(UTF_8));
        }
        assertThatThrownBy(() -> dir.list(TreePath.ROOT)).isInstanceOf(IllegalStateException.class);
    }

    /** Fails at once. */
    private static final class TornStream extends InputStream {
        @Override
        public int read() throws IOException {
            throw new IOException("torn");
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            throw new IOException("torn");
        }
    }
}
