package dev.oxbow.sandbox.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.Sandbox;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of a sandbox, seen from outside and from inside. */
public abstract class FilesContract extends ProviderContract {
    private static TreePath path(String text) {
        return TreePath.of(text);
    }

    private static InputStream content(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void put(FileTree files, String path, String text) throws IOException {
        files.write(path(path), 0644, Optional.empty(), content(text));
    }

    private static String text(FileTree files, String path) {
        return new String(bytesOf(files, path), StandardCharsets.UTF_8);
    }

    private static List<String> names(FileTree files) {
        return files.scan(_ -> true).stream().map(e -> e.path().toString()).toList();
    }

    private static Entry entry(FileTree files, String path) {
        return files.stat(path(path)).orElseThrow();
    }

    @Test
    void aNewWorkspaceIsEmpty() {
        try (FileTree files = sandbox().files(Sandbox.WORKSPACE)) {
            assertThat(files.scan(_ -> true)).isEmpty();
            assertThat(files.stat(path("absent"))).isEmpty();
            assertThat(files.stat(path("absent/below"))).isEmpty();
        }
    }

    @Test
    void aFileIsWrittenWithContentModeAndTime() throws IOException {
        try (FileTree files = sandbox().files(Sandbox.WORKSPACE)) {
            long time = 1_700_000_000_123_456_789L;
            files.write(path("f"), 0751, Optional.of(time), content("text"));
            Entry entry = entry(files, "f");
            assertThat(entry.kind()).isEqualTo(Entry.Kind.FILE);
            assertThat(entry.mode()).isEqualTo(0751);
            assertThat(entry.size()).isEqualTo(4);
            assertThat(entry.mtimeNanos()).isEqualTo(time);
            assertThat(entry.executable()).isTrue();
            assertThat(text(files, "f")).isEqualTo("text");
        }
    }

    @Test
    void whatIsWrittenOutsideIsSeenInsideAndBack() throws Exception {
        Sandbox sandbox = sandbox();
        try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
            put(files, "from-outside", "outside\n");
            files.write(path("script"), 0755, Optional.empty(), content("#!/bin/sh\necho ran\n"));
            files.symlink(path("link"), "from-outside".getBytes(StandardCharsets.UTF_8));
            Ran ran =
                    run(
                            sandbox,
                            "cat from-outside link; ./script; echo more >>from-outside;"
                                    + " mkdir d; printf inside >d/new; chmod 600 d/new;"
                                    + " ln -s ../x d/l; rm script");
            assertThat(ran.out()).as(ran.toString()).isEqualTo("outside\noutside\nran\n");
            assertThat(names(files)).containsExactly("d", "d/l", "d/new", "from-outside", "link");
            assertThat(text(files, "from-outside")).isEqualTo("outside\nmore\n");
            assertThat(text(files, "d/new")).isEqualTo("inside");
            assertThat(entry(files, "d/new").mode()).isEqualTo(0600);
            assertThat(files.readLink(path("d/l")))
                    .isEqualTo("../x".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void aLargeFileIsWrittenAndReadWhole() throws IOException {
        byte[] large = randomBytes(30_000_000);
        try (FileTree files = sandbox().files(Sandbox.WORKSPACE)) {
            files.write(path("large"), 0644, Optional.empty(), new ByteArrayInputStream(large));
            assertThat(Arrays.equals(bytesOf(files, "large"), large)).isTrue();
        }
    }

    @Test
    void aScanIsInByteOrderWithDirectoriesBeforeTheirContent() throws IOException {
        try (FileTree files = sandbox().files(Sandbox.WORKSPACE)) {
            files.mkdir(path("a"), 0755);
            files.mkdir(path("a/z"), 0755);
            put(files, "a/z/1", "");
            put(files, "a/b", "");
            put(files, "a-b", "");
            put(files, "a.b", "");
            put(files, "Z", "");
            put(files, "é", "");
            List<TreePath> found = files.scan(_ -> true).stream().map(Entry::path).toList();
            assertThat(found).isSorted();
            assertThat(found)
                    .containsExactly(
                            path("Z"),
                            path("a"),
                            path("a-b"),
                            path("a.b"),
                            path("a/b"),
                            path("a/z"),
                            path("a/z/1"),
                            path("é"));
            assertThat(files.scan(d -> !d.equals(path("a"))))
                    .extracting(Entry::path)
                    .containsExactly(path("Z"), path("a"), path("a-b"), path("a.b"), path("é"));
        }
    }

    @Test
    void namesAreBytes() throws IOException {
        byte[] odd = {'x', (byte) 0xff, (byte) 0xfe, '\n', '"', '\\', ' ', '*', 0x01};
        try (FileTree files = sandbox().files(Sandbox.WORKSPACE)) {
            TreePath name = TreePath.of(odd);
            files.mkdir(name, 0755);
            TreePath below = name.resolve(odd);
            files.write(below, 0644, Optional.empty(), content("odd"));
            assertThat(files.scan(_ -> true)).extracting(Entry::path).containsExactly(name, below);
            files.symlink(path("link"), odd);
            assertThat(files.readLink(path("link"))).isEqualTo(odd);
            files.removeTree(name);
            assertThat(files.stat(name)).isEmpty();
        }
    }

    @Test
    void manyFilesAreScanned() throws Exception {
        Sandbox sandbox = sandbox();
        assertThat(
                        run(
                                        sandbox,
                                        "mkdir d; cd d; i=0; while [ $i -lt 2000 ]; do"
                                                + " : >f$i; i=$((i+1)); done")
                                .code())
                .isZero();
        try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
            assertThat(files.scan(_ -> true)).hasSize(2001);
        }
    }

    @Test
    void aFileIsReplacedAsAWhole() throws Exception {
        Sandbox sandbox = sandbox();
        try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
            put(files, "f", "old");
            try (InputStream old = files.read(path("f"))) {
                put(files, "f", "newer");
                assertThat(old.readAllBytes()).isEqualTo("old".getBytes(StandardCharsets.UTF_8));
            }
            assertThat(text(files, "f")).isEqualTo("newer");
            assertThat(names(files)).containsExactly("f");
        }
    }

    @Test
    void aWriteWhoseSourceFailsChangesNothing() throws IOException {
        InputStream failing =
                new SequenceInputStream(
                        content("x".repeat(200_000)),
                        new InputStream() {
                            @Override
                            public int read() throws IOException {
                                throw new IOException("the source is gone");
                            }

                            @Override
                            public int read(byte[] into, int offset, int length)
                                    throws IOException {
                                throw new IOException("the source is gone");
                            }
                        });
        try (FileTree files = sandbox().files(Sandbox.WORKSPACE)) {
            put(files, "f", "old");
            assertThatThrownBy(() -> files.write(path("f"), 0600, Optional.empty(), failing))
                    .isInstanceOf(IOException.class);
            assertThat(text(files, "f")).isEqualTo("old");
            assertThat(entry(files, "f").mode()).isEqualTo(0644);
            assertThat(names(files)).containsExactly("f");
        }
    }

    @Test
    void writingOverALinkReplacesTheLinkAndNotItsTarget() throws IOException {
        try (FileTree files = sandbox().files(Sandbox.WORKSPACE)) {
            put(files, "target", "target");
            files.symlink(path("l"), "target".getBytes(StandardCharsets.UTF_8));
            assertThat(entry(files, "l").kind()).isEqualTo(Entry.Kind.SYMLINK);
            assertThat(entry(files, "l").size()).isEqualTo(6);
            put(files, "l", "new");
            assertThat(entry(files, "l").kind()).isEqualTo(Entry.Kind.FILE);
            assertThat(text(files, "target")).isEqualTo("target");
            files.symlink(path("target"), "elsewhere".getBytes(StandardCharsets.UTF_8));
            assertThat(files.readLink(path("target")))
                    .isEqualTo("elsewhere".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void whatIsAbsentOrOfAnotherKindIsToldByItsCode() throws IOException {
        try (FileTree files = sandbox().files(Sandbox.WORKSPACE)) {
            files.mkdir(path("d"), 0755);
            put(files, "d/f", "");
            files.mkdir(path("d"), 0755);
            refused(ErrorCode.FILE_NOT_FOUND, () -> files.read(path("absent")).close());
            refused(ErrorCode.FILE_NOT_FOUND, () -> files.readLink(path("absent")));
            refused(ErrorCode.FILE_NOT_FOUND, () -> put(files, "absent/f", ""));
            refused(ErrorCode.FILE_NOT_FOUND, () -> files.mkdir(path("absent/d"), 0755));
            refused(ErrorCode.FILE_NOT_FOUND, () -> files.rename(path("absent"), path("x")));
            refused(ErrorCode.IS_DIRECTORY, () -> files.read(path("d")).close());
            refused(ErrorCode.IS_DIRECTORY, () -> put(files, "d", ""));
            refused(ErrorCode.NOT_DIRECTORY, () -> put(files, "d/f/below", ""));
            refused(ErrorCode.FILE_EXISTS, () -> files.mkdir(path("d/f"), 0755));
            assertThat(catchThrowable(() -> files.remove(path("d"))))
                    .isInstanceOf(OxException.class);
            assertThat(names(files)).containsExactly("d", "d/f");
        }
    }

    @Test
    void modesAreSetExactly() throws Exception {
        Sandbox sandbox = sandbox();
        try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
            for (int mode : new int[] {0600, 0644, 0755, 0777, 0400}) {
                files.write(path("f" + mode), mode, Optional.empty(), content(""));
                assertThat(entry(files, "f" + mode).mode()).isEqualTo(mode);
            }
            files.mkdir(path("d"), 0700);
            assertThat(entry(files, "d").mode()).isEqualTo(0700);
            files.setMode(path("d"), 0755);
            assertThat(entry(files, "d").mode()).isEqualTo(0755);
            files.setMode(path("f" + 0644), 0755);
            assertThat(run(sandbox, "test -x f" + 0644 + " && test ! -x f" + 0600).code()).isZero();
        }
    }

    @Test
    void namesAreMovedAndRemoved() throws IOException {
        try (FileTree files = sandbox().files(Sandbox.WORKSPACE)) {
            put(files, "a", "a");
            put(files, "b", "b");
            files.rename(path("a"), path("b"));
            assertThat(names(files)).containsExactly("b");
            assertThat(text(files, "b")).isEqualTo("a");
            files.mkdir(path("d"), 0755);
            files.rename(path("b"), path("d/c"));
            files.rename(path("d"), path("e"));
            assertThat(names(files)).containsExactly("e", "e/c");
            files.remove(path("e/c"));
            files.remove(path("e/c"));
            files.remove(path("e"));
            files.remove(path("e/f"));
            assertThat(names(files)).isEmpty();
        }
    }

    @Test
    void removingATreeTakesLinksAsLinks() throws Exception {
        Sandbox sandbox = sandbox();
        try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
            put(files, "precious", "kept");
            files.mkdir(path("dir"), 0755);
            put(files, "dir/kept", "kept");
            assertThat(
                            run(
                                            sandbox,
                                            "mkdir -p t/a/b; : >t/a/f; ln -s ../precious t/l; ln -s"
                                                    + " ../../dir t/a/dirlink; chmod 500 t/a/b")
                                    .code())
                    .isZero();
            files.removeTree(path("t"));
            files.removeTree(path("t"));
            assertThat(names(files)).containsExactly("dir", "dir/kept", "precious");
            files.symlink(path("l"), "dir".getBytes(StandardCharsets.UTF_8));
            files.removeTree(path("l"));
            files.removeTree(path("precious"));
            assertThat(names(files)).containsExactly("dir", "dir/kept");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc", "..", "../..", ".", "inside", "/", "loop"})
    void f40_noPathGoesThroughALink(String target) throws Exception {
        Sandbox sandbox = sandbox();
        run(sandbox, "mkdir inside; : >inside/passwd; ln -s " + target + " loop");
        try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
            List<ThrowingCallable> attempts =
                    List.of(
                            () -> files.read(path("loop/passwd")).close(),
                            () -> files.stat(path("loop/passwd")),
                            () -> put(files, "loop/new", "x"),
                            () -> files.mkdir(path("loop/newdir"), 0755),
                            () -> files.symlink(path("loop/link"), new byte[] {'x'}),
                            () -> files.readLink(path("loop/x")),
                            () -> files.setMode(path("loop/passwd"), 0777),
                            () -> files.rename(path("inside/passwd"), path("loop/moved")),
                            () -> files.rename(path("loop/passwd"), path("moved")),
                            () -> files.remove(path("loop/passwd")),
                            () -> files.removeTree(path("loop/passwd")));
            for (ThrowingCallable attempt : attempts) {
                refused(ErrorCode.PATH_ESCAPE, attempt);
            }
            assertThat(names(files)).containsExactly("inside", "inside/passwd", "loop");
        }
    }

    @Test
    void f40_theTargetOfALinkIsNeverRead() throws Exception {
        Sandbox sandbox = sandbox();
        run(sandbox, "ln -s /etc/passwd l; ln -s inside m; echo secret >inside");
        try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
            assertThat(catchThrowable(() -> files.read(path("l")).close()))
                    .isInstanceOf(OxException.class);
            assertThat(catchThrowable(() -> files.read(path("m")).close()))
                    .isInstanceOf(OxException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "/etc/passwd", "a/../../x", "a//b", "./a", "a/.", "x\0y"})
    void f40_noPathLeavesItsTreeBySpelling(String spelling) {
        refused(ErrorCode.PATH_ESCAPE, () -> TreePath.of(spelling));
    }

    @Test
    void whatIsNeitherFileNorDirectoryNorLinkIsOnlyListed() throws Exception {
        Sandbox sandbox = sandbox();
        assertThat(run(sandbox, "mkfifo pipe").code()).isZero();
        try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
            assertThat(entry(files, "pipe").kind()).isEqualTo(Entry.Kind.OTHER);
            assertThat(catchThrowable(() -> files.read(path("pipe")).close()))
                    .isInstanceOf(OxException.class);
            files.remove(path("pipe"));
            assertThat(names(files)).isEmpty();
        }
    }

    @Test
    void aScanIsWholeOrRefused() throws Exception {
        Sandbox sandbox = sandbox();
        run(sandbox, "mkdir closed; : >closed/f; : >open; chmod 000 closed");
        try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
            List<String> found = new ArrayList<>();
            try {
                found.addAll(names(files));
            } catch (OxException refusal) {
                assertThat(refusal.code())
                        .isIn(ErrorCode.PERMISSION_DENIED, ErrorCode.SYNC_UNREADABLE);
            }
            assertThat(found).isIn(List.of(), List.of("closed", "closed/f", "open"));
        }
        run(sandbox, "chmod 700 closed");
    }

    @Test
    void concurrentWritersOfOneNameLeaveOneWholeContent() throws Exception {
        Sandbox sandbox = sandbox();
        List<Callable<Boolean>> writers =
                IntStream.range(0, 20)
                        .mapToObj(n ->
                                (Callable<Boolean>)
                                        () -> {
                                            write(sandbox, "f", (n + "\n").repeat(20_000));
                                            return true;
                                        })
                        .toList();
        together(writers);
        try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
            assertThat(text(files, "f").lines().distinct()).hasSize(1);
            assertThat(text(files, "f").lines()).hasSize(20_000);
            assertThat(names(files)).containsExactly("f");
        }
    }

    @Test
    void anyDirectoryCanBeTheRootOfATree() throws Exception {
        Sandbox sandbox = sandbox();
        run(sandbox, "mkdir -p a/b; echo deep >a/b/f; echo home >\"$HOME/h\"");
        try (FileTree deep = sandbox.files(Sandbox.WORKSPACE + "/a/b");
                FileTree home = sandbox.files(Sandbox.HOME)) {
            assertThat(text(deep, "f")).isEqualTo("deep\n");
            assertThat(text(home, "h")).isEqualTo("home\n");
        }
        refused(
                ErrorCode.FILE_NOT_FOUND,
                () -> {
                    try (FileTree absent = sandbox.files(Sandbox.WORKSPACE + "/absent")) {
                        absent.scan(_ -> true);
                    }
                });
    }

    @Test
    void f40_theRootOfATreeIsNotReachedThroughALink() throws Exception {
        Sandbox sandbox = sandbox();
        run(sandbox, "ln -s /etc out");
        Throwable refusal =
                catchThrowable(() -> {
                    try (FileTree out = sandbox.files(Sandbox.WORKSPACE + "/out")) {
                        out.scan(_ -> false);
                    }
                });
        assertThat(refusal).isInstanceOf(OxException.class);
    }
}
