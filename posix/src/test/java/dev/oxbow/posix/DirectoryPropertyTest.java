package dev.oxbow.posix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.ByteSize;
import dev.oxbow.base.OxException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random operations leave the disk as a model in memory says, step by step. */
class DirectoryPropertyTest {
    private static final int SEEDS = 12;
    private static final int STEPS = 120;

    /** Few names, so that operations meet; some that are no text, some that git would quote. */
    private static final List<byte[]> NAMES =
            List.of(
                    new byte[] {'a'},
                    new byte[] {'b', ' ', '"'},
                    new byte[] {(byte) 0xff, (byte) 0xfe},
                    new byte[] {'\n', '\t', '\\'},
                    new byte[] {'-', 'r', 'f'});

    @TempDir Path temp;

    private record Node(Entry.Kind kind, int mode, byte[] content) {}

    /** What should be on the disk. */
    private static final class Model {
        final TreeMap<TreePath, Node> nodes = new TreeMap<>();

        Node node(TreePath path) {
            return Objects.requireNonNull(nodes.get(path));
        }

        Entry.Kind kind(TreePath path) {
            return path.isRoot() ? Entry.Kind.DIRECTORY : node(path).kind();
        }

        boolean has(TreePath path) {
            return path.isRoot() || nodes.containsKey(path);
        }

        boolean hasDirectory(TreePath path) {
            return has(path) && kind(path) == Entry.Kind.DIRECTORY;
        }

        boolean linkOnTheWay(TreePath path) {
            for (TreePath at = path.parent(); !at.isRoot(); at = at.parent()) {
                if (has(at) && kind(at) == Entry.Kind.SYMLINK) {
                    return true;
                }
            }
            return false;
        }

        boolean emptyDirectory(TreePath path) {
            return hasDirectory(path)
                    && nodes.keySet().stream()
                            .noneMatch(p -> !p.equals(path) && p.startsWith(path));
        }

        boolean put(TreePath path, Node node) {
            if (!hasDirectory(path.parent()) || hasDirectory(path)) {
                return false;
            }
            nodes.put(path, node);
            return true;
        }

        boolean mkdir(TreePath path, int mode) {
            if (!hasDirectory(path.parent()) || (has(path) && !hasDirectory(path))) {
                return false;
            }
            nodes.putIfAbsent(path, new Node(Entry.Kind.DIRECTORY, mode, new byte[0]));
            return true;
        }

        boolean rename(TreePath from, TreePath to) {
            boolean same = from.equals(to);
            if (!has(from) || !hasDirectory(to.parent()) || (to.startsWith(from) && !same)) {
                return false;
            }
            boolean fits = hasDirectory(from) ? emptyDirectory(to) : !hasDirectory(to);
            if (same || (has(to) && !fits)) {
                return same;
            }
            nodes.remove(to);
            List<TreePath> moved = nodes.keySet().stream().filter(p -> p.startsWith(from)).toList();
            for (TreePath path : moved) {
                byte[] tail = path.bytes();
                int cut = from.bytes().length;
                TreePath target =
                        path.equals(from)
                                ? to
                                : to.resolve(Arrays.copyOfRange(tail, cut + 1, tail.length));
                Node node = nodes.remove(path);
                nodes.put(target, node);
            }
            return true;
        }

        boolean remove(TreePath path, boolean tree) {
            if (linkOnTheWay(path) || (!tree && hasDirectory(path) && !emptyDirectory(path))) {
                return false;
            }
            nodes.keySet().removeIf(p -> p.startsWith(path));
            return true;
        }

        boolean setMode(TreePath path, int mode) {
            if (!has(path) || kind(path) == Entry.Kind.SYMLINK) {
                return false;
            }
            nodes.computeIfPresent(path, (_, n) -> new Node(n.kind(), mode, n.content()));
            return true;
        }
    }

    @ParameterizedTest
    @EnumSource
    void theDiskFollowsTheModel(Beneath way) throws IOException {
        for (int seed = 0; seed < SEEDS; seed++) {
            Path root = Files.createDirectory(temp.resolve("s" + seed));
            try (Directory dir = Directory.open(root, Optional.of(way))) {
                walk(new Random(seed), dir, "seed " + seed);
            }
        }
    }

    private static void walk(Random random, Directory dir, String seed) {
        Model model = new Model();
        for (int step = 0; step < STEPS; step++) {
            TreePath path = path(random);
            TreePath other = path(random);
            int mode = random.nextInt(01000) | 0700;
            byte[] content = new byte[random.nextInt(300) + 1];
            random.nextBytes(content);
            byte[] target = ("t" + step).getBytes(StandardCharsets.UTF_8);
            String did = seed + " step " + step;
            boolean expected;
            Runnable action;
            switch (random.nextInt(8)) {
                case 0, 1 -> {
                    expected = model.put(path, new Node(Entry.Kind.FILE, mode, content));
                    action = () -> dir.write(path, FileSpec.mode(mode), content);
                }
                case 2, 3 -> {
                    expected = model.mkdir(path, mode);
                    action = () -> dir.mkdir(path, mode);
                }
                case 4 -> {
                    expected = model.put(path, new Node(Entry.Kind.SYMLINK, 0777, target));
                    action = () -> dir.symlink(path, target);
                }
                case 5 -> {
                    expected = model.rename(path, other);
                    action = () -> dir.rename(path, other);
                }
                case 6 -> {
                    boolean tree = random.nextInt(4) == 0;
                    expected = model.remove(path, tree);
                    action =
                            () -> {
                                if (tree) {
                                    dir.removeTree(path);
                                } else {
                                    dir.remove(path);
                                }
                            };
                }
                default -> {
                    expected = model.setMode(path, mode);
                    action = () -> dir.setMode(path, mode);
                }
            }
            assertThat(succeeds(action))
                    .as("%s on %s and %s", did, path, other)
                    .isEqualTo(expected);
            compare(model, dir, did);
        }
    }

    private static boolean succeeds(Runnable action) {
        try {
            action.run();
            return true;
        } catch (OxException refused) {
            return false;
        }
    }

    private static void compare(Model model, Directory dir, String did) {
        List<Entry> entries = dir.scan(_ -> true);
        assertThat(entries)
                .extracting(Entry::path)
                .as(did)
                .containsExactlyElementsOf(new ArrayList<>(model.nodes.keySet()));
        for (Entry entry : entries) {
            Node node = model.node(entry.path());
            assertThat(entry.kind()).as("%s %s", did, entry.path()).isEqualTo(node.kind());
            switch (entry.kind()) {
                case FILE -> {
                    assertThat(entry.mode()).isEqualTo(node.mode());
                    assertThat(dir.readAll(entry.path(), ByteSize.mebibytes(1)))
                            .isEqualTo(node.content());
                }
                case SYMLINK -> assertThat(dir.readLink(entry.path())).isEqualTo(node.content());
                default -> assertThat(entry.mode()).isEqualTo(node.mode());
            }
            assertThat(dir.stat(entry.path())).contains(entry);
        }
    }

    private static TreePath path(Random random) {
        TreePath path = TreePath.ROOT;
        int depth = 1 + random.nextInt(3);
        for (int i = 0; i < depth; i++) {
            path = path.resolve(NAMES.get(random.nextInt(NAMES.size())));
        }
        return path;
    }
}
