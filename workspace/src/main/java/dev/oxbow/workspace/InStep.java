package dev.oxbow.workspace;

import dev.oxbow.posix.TreePath;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Walks several trees at once in the order of their paths: one pass, however large they are, where
 * most of what they hold is the same.
 */
final class InStep {
    private InStep() {}

    /** Takes what each of three trees has at one path; null where it has nothing. */
    interface OfThree {
        void at(TreePath path, @Nullable Node first, @Nullable Node second, @Nullable Node third);
    }

    /** Takes what each of two trees has at one path; null where it has nothing. */
    interface OfTwo {
        void at(TreePath path, @Nullable Node first, @Nullable Node second);
    }

    /** Visits every path at which one of the trees differs from another. */
    @SuppressWarnings("ReferenceEquality") // only spares the walk: mostly they are one object
    static void differences(
            NavigableMap<TreePath, Node> first,
            NavigableMap<TreePath, Node> second,
            NavigableMap<TreePath, Node> third,
            OfThree visit) {
        if (first == second && second == third) {
            return;
        }
        List<Cursor> cursors = List.of(new Cursor(first), new Cursor(second), new Cursor(third));
        while (true) {
            @Nullable TreePath path = null;
            for (Cursor cursor : cursors) {
                path = cursor.smaller(path);
            }
            if (path == null) {
                return;
            }
            @Nullable Node a = cursors.get(0).take(path);
            @Nullable Node b = cursors.get(1).take(path);
            @Nullable Node c = cursors.get(2).take(path);
            if (!same(a, b) || !same(b, c)) {
                visit.at(path, a, b, c);
            }
        }
    }

    /** Visits every path at which two trees differ. */
    static void differences(
            NavigableMap<TreePath, Node> first, NavigableMap<TreePath, Node> second, OfTwo visit) {
        differences(first, second, second, (path, a, b, _) -> visit.at(path, a, b));
    }

    static boolean same(@Nullable Node one, @Nullable Node other) {
        return Objects.equals(one, other);
    }

    /** Where one walk stands. */
    static final class Cursor {
        private final Iterator<Map.Entry<TreePath, Node>> rest;
        private Map.@Nullable Entry<TreePath, Node> next;

        Cursor(NavigableMap<TreePath, Node> tree) {
            this.rest = tree.entrySet().iterator();
            step();
        }

        private void step() {
            next = rest.hasNext() ? rest.next() : null;
        }

        private @Nullable TreePath smaller(@Nullable TreePath path) {
            if (next == null) {
                return path;
            }
            return path == null || next.getKey().compareTo(path) < 0 ? next.getKey() : path;
        }

        /** What is at a path; all before it is passed over. Paths must come in order. */
        @Nullable Node take(TreePath path) {
            while (next != null) {
                int order = next.getKey().compareTo(path);
                if (order > 0) {
                    return null;
                }
                Node node = next.getValue();
                step();
                if (order == 0) {
                    return node;
                }
            }
            return null;
        }
    }
}
