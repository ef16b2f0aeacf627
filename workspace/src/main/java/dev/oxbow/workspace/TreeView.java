package dev.oxbow.workspace;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.Directory;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The part of a tree that travels: all but git data, what git ignores and our own records, as the
 * file system has it.
 *
 * @param entries files and links in byte order
 * @param emptyDirectories directories with nothing of that in them
 * @param directories all directories that were seen, in byte order
 * @param repositories directories that hold git data of their own, the root left out
 * @param special sockets, FIFOs and devices
 * @param leftOver files that a process was writing when it died
 */
record TreeView(
        List<Entry> entries,
        List<Entry> emptyDirectories,
        Set<TreePath> directories,
        List<TreePath> repositories,
        List<TreePath> special,
        List<TreePath> leftOver) {
    private static final byte[] DOT_GIT = ".git".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TEMPORARY =
            Directory.TEMPORARY_PREFIX.getBytes(StandardCharsets.US_ASCII);
    private static final TreePath RUNS = TreePath.of(".ox/runs");
    static final TreePath STAGE = TreePath.of(".ox/stage");
    private static final int IGNORE_FILE_LIMIT = 8 << 20;

    /**
     * What decides whether a name travels.
     *
     * @param rules of the repository and the user; those of the tree are read on the way
     * @param tracked names that git tracks: never ignored
     * @param known names that travelled before: never ignored
     */
    record Choice(
            IgnoreRules rules,
            boolean ignoreCase,
            PathSet tracked,
            PathSet known,
            IncludeGlobs include,
            Map<TreePath, byte[]> extraRules) {}

    static TreeView read(Source source, Choice choice) {
        return new Reading(source, choice).run();
    }

    static boolean isDotGit(TreePath path) {
        return path.isNamed(DOT_GIT);
    }

    private static final class Reading {
        private final Source source;
        private final Choice choice;
        private final Map<TreePath, IgnoreRules> rules = new HashMap<>();
        private final Set<TreePath> ignored = new HashSet<>();
        private final List<TreePath> repositories = new ArrayList<>();

        Reading(Source source, Choice choice) {
            this.source = source;
            this.choice = choice;
        }

        TreeView run() {
            rules.put(TreePath.ROOT, withOwnFile(TreePath.ROOT, choice.rules()));
            List<Entry> all = source.scan(this::descend);
            List<Entry> entries = new ArrayList<>(all.size());
            List<Entry> directories = new ArrayList<>();
            List<TreePath> special = new ArrayList<>();
            List<TreePath> leftOver = new ArrayList<>();
            Set<TreePath> seen = new HashSet<>();
            Set<TreePath> occupied = new HashSet<>();
            for (Entry entry : all) {
                TreePath path = entry.path();
                if (entry.kind() == Entry.Kind.DIRECTORY) {
                    seen.add(path);
                }
                if (isDotGit(path)) {
                    if (!path.parent().isRoot()) {
                        repositories.add(path.parent());
                    }
                } else if (entry.kind() == Entry.Kind.DIRECTORY) {
                    if (rules.containsKey(path) && !ignored.contains(path)) {
                        directories.add(entry);
                        occupied.add(path.parent());
                    }
                } else if (path.isNamedFrom(TEMPORARY)) {
                    leftOver.add(path);
                } else if (travels(entry)) {
                    occupied.add(path.parent());
                    if (entry.kind() == Entry.Kind.OTHER) {
                        special.add(path);
                    } else {
                        entries.add(entry);
                    }
                }
            }
            return new TreeView(
                    entries,
                    directories.stream().filter(d -> !occupied.contains(d.path())).toList(),
                    seen,
                    repositories,
                    special,
                    leftOver);
        }

        private boolean descend(TreePath path) {
            if (isDotGit(path) || path.equals(RUNS) || path.equals(STAGE)) {
                return false;
            }
            TreePath parent = path.parent();
            @Nullable IgnoreRules above = rules.get(parent);
            if (above == null) {
                return false;
            }
            if (ignored.contains(parent) || above.ignores(path, true)) {
                if (!choice.tracked().hasBelow(path)
                        && !choice.known().hasBelow(path)
                        && !choice.include().mayNameBelow(path)) {
                    return false;
                }
                if (!choice.include().names(path)) {
                    ignored.add(path);
                }
                rules.put(path, above);
                return true;
            }
            rules.put(path, withOwnFile(path, above));
            return true;
        }

        private boolean travels(Entry entry) {
            TreePath path = entry.path();
            @Nullable IgnoreRules above = rules.get(path.parent());
            if (above == null) {
                return false;
            }
            boolean hidden = ignored.contains(path.parent()) || above.ignores(path, false);
            return !hidden
                    || choice.tracked().contains(path)
                    || choice.known().contains(path)
                    || choice.include().names(path);
        }

        private IgnoreRules withOwnFile(TreePath directory, IgnoreRules above) {
            IgnoreRules result = above;
            byte @Nullable [] extra = choice.extraRules().get(directory);
            if (extra != null) {
                result = result.below(directory, extra, choice.ignoreCase());
            }
            TreePath file = directory.resolve(".gitignore");
            Optional<Entry> found = source.stat(file);
            if (found.isEmpty() || found.get().kind() != Entry.Kind.FILE) {
                return result;
            }
            try (InputStream in = source.read(file)) {
                return result.below(
                        directory, in.readNBytes(IGNORE_FILE_LIMIT), choice.ignoreCase());
            } catch (IOException e) {
                throw OxException.of(ErrorCode.SYNC_UNREADABLE, "cannot read %s", file).causedBy(e);
            }
        }
    }
}
