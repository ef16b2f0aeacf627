package dev.oxbow.workspace;

import dev.oxbow.posix.Directory;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.FileTree;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What a sync needs to read of a tree, the same on both sides. */
interface Source {
    List<Entry> scan(Predicate<TreePath> descend);

    Optional<Entry> stat(TreePath path);

    InputStream read(TreePath path);

    byte[] readLink(TreePath path);

    static Source of(FileTree tree) {
        return new Source() {
            @Override
            public List<Entry> scan(Predicate<TreePath> descend) {
                return tree.scan(descend);
            }

            @Override
            public Optional<Entry> stat(TreePath path) {
                return tree.stat(path);
            }

            @Override
            public InputStream read(TreePath path) {
                return tree.read(path);
            }

            @Override
            public byte[] readLink(TreePath path) {
                return tree.readLink(path);
            }
        };
    }

    static Source of(Directory directory) {
        return new Source() {
            @Override
            public List<Entry> scan(Predicate<TreePath> descend) {
                return directory.scan(descend);
            }

            @Override
            public Optional<Entry> stat(TreePath path) {
                return directory.stat(path);
            }

            @Override
            public InputStream read(TreePath path) {
                return directory.read(path);
            }

            @Override
            public byte[] readLink(TreePath path) {
                return directory.readLink(path);
            }
        };
    }
}
