package dev.oxbow.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.Directory;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.Owner;
import dev.oxbow.posix.Posix;
import dev.oxbow.posix.TreePath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryTreeTest {
    @TempDir Path temp;

    private static InputStream content(String text) {
        return new ByteArrayInputStream(text.getBytes(UTF_8));
    }

    @Test
    void writesReadsMovesAndRemoves() throws IOException {
        try (FileTree tree = new DirectoryTree(Directory.open(temp))) {
            tree.mkdir(TreePath.of("src"), 0755);
            tree.write(TreePath.of("src/a"), 0755, Optional.of(5_000_000_000L), content("one"));
            tree.symlink(TreePath.of("link"), "src/a".getBytes(UTF_8));
            Entry entry = tree.stat(TreePath.of("src/a")).orElseThrow();
            assertThat(entry.executable()).isTrue();
            assertThat(entry.mtimeNanos()).isEqualTo(5_000_000_000L);
            try (InputStream in = tree.read(TreePath.of("src/a"))) {
                assertThat(in.readAllBytes()).isEqualTo("one".getBytes(UTF_8));
            }
            assertThat(tree.readLink(TreePath.of("link"))).isEqualTo("src/a".getBytes(UTF_8));
            tree.setMode(TreePath.of("src/a"), 0600);
            tree.rename(TreePath.of("src/a"), TreePath.of("b"));
            tree.remove(TreePath.of("link"));
            tree.removeTree(TreePath.of("src"));
            assertThat(tree.scan(_ -> true))
                    .extracting(e -> e.path().toString())
                    .containsExactly("b");
            assertThat(tree.stat(TreePath.of("b")).orElseThrow().mode()).isEqualTo(0600);
        }
    }

    @Test
    void givesWhatItMakesToTheOwnerOfTheSandbox() throws IOException {
        Assumptions.assumeTrue(Posix.isRoot(), "only root gives files away");
        Owner owner = new Owner(70_001, 70_002);
        try (FileTree tree = new DirectoryTree(Directory.open(temp), Optional.of(owner))) {
            tree.mkdir(TreePath.of("d"), 0755);
            tree.mkdir(TreePath.of("d"), 0755);
            tree.write(TreePath.of("d/f"), 04755, Optional.empty(), content("x"));
            tree.symlink(TreePath.of("d/l"), new byte[] {'f'});
            tree.symlink(TreePath.of("d/l"), new byte[] {'g'});
            for (String name : new String[] {"d", "d/f", "d/l"}) {
                Path path = temp.resolve(name);
                assertThat(Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS))
                        .isEqualTo(70_001);
                assertThat(Files.getAttribute(path, "unix:gid", LinkOption.NOFOLLOW_LINKS))
                        .isEqualTo(70_002);
            }
            assertThat(tree.stat(TreePath.of("d/f")).orElseThrow().mode()).isEqualTo(04755);
        }
    }

    @Test
    void aLinkOnTheWayIsAnEscape() throws IOException {
        try (FileTree tree = new DirectoryTree(Directory.open(temp))) {
            tree.symlink(TreePath.of("out"), "/tmp".getBytes(UTF_8));
            assertThatThrownBy(() ->
                            tree.write(TreePath.of("out/x"), 0644, Optional.empty(), content("x")))
                    .isInstanceOfSatisfying(
                            OxException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.PATH_ESCAPE));
        }
    }
}
