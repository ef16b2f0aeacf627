package dev.oxbow.workspace;

import dev.oxbow.posix.Directory;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which different names are one and the same for the file system of the worktree.
 *
 * @param ignoresCase whether {@code A} and {@code a} are
 * @param normalises whether the composed and the decomposed form of a letter are
 */
record HostNames(boolean ignoresCase, boolean normalises) {

    /** By trying, with names that stand in the worktree already. */
    static HostNames of(Directory worktree, Path scratch) {
        boolean ignoresCase = worktree.stat(TreePath.of(".GIT")).isPresent();
        try {
            // The worktree is left alone; our own state is as a rule on a like file system.
            Path composed = Files.write(scratch.resolve("\u00e9-probe"), new byte[0]);
            boolean normalises = Files.exists(scratch.resolve("e\u0301-probe"));
            Files.deleteIfExists(composed);
            return new HostNames(ignoresCase, normalises);
        } catch (IOException e) {
            return new HostNames(ignoresCase, true);
        }
    }

    /** Names that a result would make and that are, on this file system, other names' names. */
    List<Conflict> collisions(Directory worktree, List<Change> changes) {
        if (!ignoresCase && !normalises) {
            return List.of();
        }
        Map<TreePath, TreePath> taken = new HashMap<>();
        List<Conflict> conflicts = new ArrayList<>();
        Map<TreePath, List<Entry>> listed = new HashMap<>();
        for (Change change : changes) {
            if (change.after().isEmpty() || change.before().isPresent()) {
                continue;
            }
            TreePath path = change.path();
            boolean collides = false;
            for (TreePath at = path; !at.isRoot() && !collides; at = at.parent()) {
                @Nullable TreePath other = taken.putIfAbsent(fold(at), at);
                collides =
                        (other != null && !other.equals(at))
                                || collidesOnDisk(worktree, listed, at, changes);
            }
            if (collides) {
                conflicts.add(new Conflict(path, Conflict.Kind.SAME_NAME));
            }
        }
        return conflicts;
    }

    private boolean collidesOnDisk(
            Directory worktree,
            Map<TreePath, List<Entry>> listed,
            TreePath path,
            List<Change> changes) {
        Optional<Entry> parent =
                path.parent().isRoot() ? Optional.empty() : worktree.stat(path.parent());
        if (!path.parent().isRoot()
                && (parent.isEmpty() || parent.get().kind() != Entry.Kind.DIRECTORY)) {
            return false;
        }
        byte[] name = path.name();
        return listed.computeIfAbsent(path.parent(), worktree::list).stream()
                .map(Entry::path)
                .filter(p -> !Arrays.equals(p.name(), name))
                .filter(p -> fold(p).equals(fold(path)))
                .anyMatch(p ->
                        changes.stream().noneMatch(c -> c.path().equals(p) && c.after().isEmpty()));
    }

    private TreePath fold(TreePath path) {
        if (path.isRoot()) {
            return path;
        }
        String text = new String(path.bytes(), StandardCharsets.UTF_8);
        if (text.indexOf('\ufffd') >= 0) {
            return path;
        }
        if (normalises) {
            text = Normalizer.normalize(text, Normalizer.Form.NFC);
        }
        return TreePath.of(ignoresCase ? text.toLowerCase(Locale.ROOT) : text);
    }
}
