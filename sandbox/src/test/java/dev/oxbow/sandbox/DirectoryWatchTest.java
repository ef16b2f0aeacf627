package dev.oxbow.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.Directory;
import dev.oxbow.posix.Owner;
import dev.oxbow.posix.Posix;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.FileChange.Cause;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryWatchTest {
    private static final int MOST = 100_000;
    private static final String END = "the-end";

    private static final FileAttribute<Set<PosixFilePermission>> NOBODY =
            PosixFilePermissions.asFileAttribute(Set.of());

    @TempDir Path temp;

    private DirectoryWatch watch() {
        return watch(MOST);
    }

    private DirectoryWatch watch(int most) {
        return new DirectoryWatch(() -> Directory.open(temp), most);
    }

    /** All that is told up to a file that is made for it now, and that goes again. */
    private List<FileChange> told(DirectoryWatch watch) throws Exception {
        List<FileChange> all = new ArrayList<>();
        Files.createFile(temp.resolve(END));
        while (!until(watch, new FileChange.Created(TreePath.of(END)), all)) {
            Files.delete(temp.resolve(END));
            Files.createFile(temp.resolve(END));
        }
        Files.delete(temp.resolve(END));
        assertThat(until(watch, new FileChange.Deleted(TreePath.of(END)), all)).isTrue();
        all.removeIf(change -> change.toString().contains(END));
        return all;
    }

    /** Whether that was told; false if everything is to be looked at anew instead. */
    private static boolean until(DirectoryWatch watch, FileChange wanted, List<FileChange> into)
            throws InterruptedException {
        while (true) {
            Optional<FileChange> next = watch.next(Deadline.in(Duration.ofSeconds(20)));
            assertThat(next).as("after %s", into).isPresent();
            into.add(next.get());
            if (next.get().equals(wanted) || next.get() instanceof FileChange.Rescan) {
                return next.get().equals(wanted);
            }
        }
    }

    @Test
    void anOverflowIsToldOnceAndTheTreeIsWatchedAsItIsThen() throws Exception {
        try (DirectoryWatch watch = watch()) {
            for (int i = 0; i < 9_000; i++) {
                Files.delete(Files.createFile(temp.resolve("f")));
            }
            // Its own notice is lost.
            Files.createDirectories(temp.resolve("d/e"));
            assertThat(watch.next(Deadline.in(Duration.ofSeconds(60))))
                    .as("what came before the overflow")
                    .contains(new FileChange.Created(TreePath.of("f")));
            List<FileChange> all = new ArrayList<>();
            FileChange overflow = new FileChange.Rescan(Cause.OVERFLOW);
            while (!all.contains(overflow)) {
                all.add(watch.next(Deadline.in(Duration.ofSeconds(60))).orElseThrow());
            }
            Files.createFile(temp.resolve("d/e/f"));
            assertThat(told(watch)).containsExactly(new FileChange.Created(TreePath.of("d/e/f")));
        }
    }

    @Test
    void aLargeTreeIsWatchedWhole() throws Exception {
        for (int i = 0; i < 50; i++) {
            for (int j = 0; j < 100; j++) {
                Files.createDirectories(temp.resolve("d" + i).resolve("e" + j));
            }
        }
        try (DirectoryWatch watch = watch()) {
            Files.createFile(temp.resolve("d0/e0/f"));
            Files.createFile(temp.resolve("d49/e99/f"));
            assertThat(told(watch))
                    .containsExactly(
                            new FileChange.Created(TreePath.of("d0/e0/f")),
                            new FileChange.Created(TreePath.of("d49/e99/f")));
        }
    }

    @Test
    void moreDirectoriesThanAllowedAreRefusedAtOnceOrWhenTheyCome() throws Exception {
        Files.createDirectories(temp.resolve("a/b"));
        assertThatThrownBy(() -> watch(2).close())
                .isInstanceOfSatisfying(
                        OxException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED));
        try (DirectoryWatch watch = watch(3)) {
            Files.createDirectories(temp.resolve("a/b/c"));
            Files.createFile(temp.resolve("f"));
            Deadline deadline = Deadline.in(Duration.ofSeconds(20));
            assertThat(watch.next(deadline)).contains(new FileChange.Created(TreePath.of("a/b/c")));
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> watch.next(deadline))
                        .isInstanceOfSatisfying(
                                OxException.class,
                                e -> assertThat(e.code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED));
            }
        }
    }

    @Test
    void twoDirectoriesThatChangePlacesAreToldByTheirNewNames() throws Exception {
        Files.createDirectories(temp.resolve("a/in-a"));
        Files.createDirectories(temp.resolve("b/in-b"));
        try (DirectoryWatch watch = watch();
                Directory directory = Directory.open(temp)) {
            directory.exchange(TreePath.of("a"), TreePath.of("b"));
            told(watch);
            Files.createFile(temp.resolve("a/in-b/f"));
            Files.createFile(temp.resolve("b/in-a/f"));
            assertThat(told(watch))
                    .containsExactly(
                            new FileChange.Created(TreePath.of("a/in-b/f")),
                            new FileChange.Created(TreePath.of("b/in-a/f")));
        }
    }

    @Test
    void aNameThatPassesFromOneNewDirectoryToAnotherConfusesNobody() throws Exception {
        try (DirectoryWatch watch = watch()) {
            // All before the first notice is looked at.
            Files.createDirectory(temp.resolve("d"));
            Files.move(temp.resolve("d"), temp.resolve("e"));
            Files.createDirectory(temp.resolve("d"));
            assertThat(told(watch)).contains(new FileChange.Rescan(Cause.OVERFLOW));
            Files.createFile(temp.resolve("d/in-d"));
            Files.createFile(temp.resolve("e/in-e"));
            assertThat(told(watch))
                    .containsExactly(
                            new FileChange.Created(TreePath.of("d/in-d")),
                            new FileChange.Created(TreePath.of("e/in-e")));
        }
    }

    @Test
    void betweenTwoLooksNothingOfTheTreeIsOpen() throws Exception {
        Files.createDirectories(temp.resolve("a/b"));
        try (DirectoryWatch _ = watch();
                Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            assertThat(open.filter(fd -> leadsTo(fd, temp))).isEmpty();
        }
    }

    private static boolean leadsTo(Path fd, Path directory) {
        try {
            return Files.readSymbolicLink(fd).startsWith(directory);
        } catch (IOException closed) {
            return false;
        }
    }

    /** Whoever believes all that is told knows which paths there are, however wild it goes. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void whatIsToldAddsUpToWhatThereIs(long seed) throws Exception {
        Random random = new Random(seed);
        Mirror mirror = new Mirror();
        try (DirectoryWatch watch = watch()) {
            for (int round = 0; round < 40; round++) {
                for (int i = random.nextInt(seed % 2 == 0 ? 30 : 2); i >= 0; i--) {
                    act(random);
                }
                told(watch).forEach(mirror::take);
                assertThat(mirror.paths).as("round %d", round).isEqualTo(there());
            }
        }
    }

    private void act(Random random) throws IOException {
        Path one = any(random);
        Path other = any(random);
        try {
            switch (random.nextInt(6)) {
                case 0, 1 -> Files.createDirectory(one);
                case 2 -> Files.writeString(one, "x");
                case 3 -> Files.move(one, other);
                case 4 -> Files.delete(one);
                default -> Files.createDirectories(one.resolve("p").resolve("q"));
            }
        } catch (IOException wrongThere) {
            assertThat(temp).exists();
        }
    }

    private Path any(Random random) {
        Path path = temp;
        for (int depth = random.nextInt(3); depth >= 0; depth--) {
            path = path.resolve(String.valueOf((char) ('a' + random.nextInt(3))));
        }
        return path;
    }

    @Test
    void aDirectoryThatCouldNotBeReadIsWatchedOnceItCan() throws Exception {
        Files.createDirectory(temp.resolve("old"), NOBODY);
        Set<PosixFilePermission> all = PosixFilePermissions.fromString("rwxr-xr-x");
        Optional<Integer> other = Posix.isRoot() ? Optional.of(61_234) : Optional.empty();
        if (other.isPresent()) {
            Owner owner = new Owner(other.get(), other.get());
            Posix.setOwner(temp, owner);
            Posix.setOwner(temp.resolve("old"), owner);
        }
        FutureTask<List<FileChange>> watching =
                new FutureTask<>(() -> {
                    if (other.isPresent()) {
                        actOnFilesAs(other.get());
                    }
                    try (DirectoryWatch watch = watch()) {
                        Files.createDirectory(temp.resolve("new"), NOBODY);
                        Deadline soon = Deadline.in(Duration.ofSeconds(20));
                        FileChange unreadable = new FileChange.Rescan(Cause.UNREADABLE);
                        assertThat(watch.next(soon)).contains(unreadable);
                        assertThat(watch.next(soon))
                                .contains(new FileChange.Created(TreePath.of("new")));
                        assertThat(watch.next(soon)).contains(unreadable);
                        Files.move(temp.resolve("new"), temp.resolve("newer"));
                        told(watch);
                        Files.setPosixFilePermissions(temp.resolve("old"), all);
                        Files.setPosixFilePermissions(temp.resolve("newer"), all);
                        told(watch);
                        Files.createFile(temp.resolve("old/f"));
                        Files.createFile(temp.resolve("newer/f"));
                        return told(watch);
                    }
                });
        Thread.ofPlatform().start(watching);
        assertThat(watching.get())
                .containsExactly(
                        new FileChange.Created(TreePath.of("old/f")),
                        new FileChange.Created(TreePath.of("newer/f")));
    }

    /** For this thread alone, as the kernel has it. Root would be refused nothing. */
    @SuppressWarnings("restricted")
    private static void actOnFilesAs(int user) throws Exception {
        Linker linker = Linker.nativeLinker();
        FunctionDescriptor type = FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
        MethodHandle call =
                linker.downcallHandle(linker.defaultLookup().find("setfsuid").orElseThrow(), type);
        try {
            assertThat((int) call.invokeExact(user)).isZero();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private Set<TreePath> there() {
        Set<TreePath> all = new TreeSet<>();
        try (Directory directory = Directory.open(temp)) {
            directory.scan(_ -> true).forEach(entry -> all.add(entry.path()));
        }
        return all;
    }

    /** Which paths there are, by what was told. */
    private final class Mirror {
        private Set<TreePath> paths = new TreeSet<>();

        void take(FileChange change) {
            switch (change) {
                case FileChange.Created(TreePath path) -> paths.add(path);
                case FileChange.Modified _ -> {}
                case FileChange.Deleted(TreePath path) -> paths.removeIf(p -> p.startsWith(path));
                case FileChange.Renamed(TreePath from, TreePath to) -> {
                    List<TreePath> moved = paths.stream().filter(p -> p.startsWith(from)).toList();
                    paths.removeIf(p -> p.startsWith(from) || p.startsWith(to));
                    int cut = from.components().size();
                    for (TreePath path : moved) {
                        TreePath at = to;
                        for (byte[] name :
                                path.components().subList(cut, path.components().size())) {
                            at = at.resolve(name);
                        }
                        paths.add(at);
                    }
                    paths.add(to);
                }
                case FileChange.Rescan _ -> paths = there();
            }
        }
    }
}
