package dev.oxbow.workspace;

import dev.oxbow.base.OxException;
import dev.oxbow.posix.Directory;
import dev.oxbow.posix.TreePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What has to be known of the worktree's repository to read its files as git would: settings,
 * tracked names, ignore rules, populated submodules. Read anew for every sync.
 *
 * @param settings effective git settings, the user's included; only read, never executed
 * @param tracked names in the index and in those of populated submodules
 * @param submodules populated submodules with the commit that each has checked out
 * @param emptySubmodules gitlinks without content
 * @param extraRules ignore rules of submodules that are not in their trees
 */
record HostSide(
        Map<String, String> settings,
        List<TreePath> tracked,
        Map<TreePath, Optional<String>> submodules,
        List<TreePath> emptySubmodules,
        Map<TreePath, byte[]> extraRules) {
    private static final int DEPTH = 8;

    static HostSide read(Worktree worktree) {
        Map<String, String> settings = worktree.git().userSettings();
        Collector collector = new Collector(idLength(settings));
        collector.add(TreePath.ROOT, worktree, 0);
        return new HostSide(
                settings,
                collector.tracked,
                collector.submodules,
                collector.emptySubmodules,
                collector.extraRules);
    }

    /** Of the repository's object ids. */
    String idAlgorithm() {
        return settings.getOrDefault("extensions.objectformat", "sha1");
    }

    private static int idLength(Map<String, String> settings) {
        return settings.getOrDefault("extensions.objectformat", "sha1").equals("sha256") ? 32 : 20;
    }

    boolean ignoreCase() {
        return settings.getOrDefault("core.ignorecase", "false").equals("true");
    }

    /** The user's and the repository's ignore rules that are in no tree, lowest first. */
    List<byte[]> sharedRules(Worktree worktree) {
        List<byte[]> files = new ArrayList<>();
        globalRules().ifPresent(files::add);
        readOptional(worktree.commonDir().resolve("info/exclude")).ifPresent(files::add);
        return files;
    }

    /** The part of the worktree that travels. */
    TreeView view(Worktree worktree, Directory directory, IncludeGlobs include) {
        return TreeView.read(
                Source.of(directory),
                new TreeView.Choice(
                        IgnoreRules.of(sharedRules(worktree), ignoreCase()),
                        ignoreCase(),
                        PathSet.of(tracked),
                        PathSet.NONE,
                        include,
                        extraRules));
    }

    private Optional<byte[]> globalRules() {
        @Nullable String named = settings.get("core.excludesfile");
        @Nullable String home = System.getenv("HOME");
        if (named != null) {
            if (named.isEmpty()) {
                return Optional.empty();
            }
            if (named.startsWith("~/") && home != null) {
                return readOptional(Path.of(home, named.substring(2)));
            }
            return readOptional(Path.of(named));
        }
        @Nullable String xdg = System.getenv("XDG_CONFIG_HOME");
        if (xdg != null && !xdg.isEmpty()) {
            return readOptional(Path.of(xdg, "git", "ignore"));
        }
        return home == null
                ? Optional.empty()
                : readOptional(Path.of(home, ".config", "git", "ignore"));
    }

    static Optional<byte[]> readOptional(Path file) {
        try {
            return Files.isRegularFile(file)
                    ? Optional.of(Files.readAllBytes(file))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static final class Collector {
        private final int idLength;
        private final List<TreePath> tracked = new ArrayList<>();
        private final Map<TreePath, Optional<String>> submodules = new HashMap<>();
        private final List<TreePath> emptySubmodules = new ArrayList<>();
        private final Map<TreePath, byte[]> extraRules = new HashMap<>();

        Collector(int idLength) {
            this.idLength = idLength;
        }

        void add(TreePath prefix, Worktree worktree, int depth) {
            for (GitIndex.Name name : names(worktree)) {
                TreePath path = prefix.resolve(name.path().bytes());
                if (name.gitlink()) {
                    submodule(path, name, worktree, depth);
                } else {
                    tracked.add(path);
                }
            }
        }

        private void submodule(TreePath path, GitIndex.Name name, Worktree outer, int depth) {
            Path dir =
                    outer.root().resolve(new String(name.path().bytes(), StandardCharsets.UTF_8));
            if (depth >= DEPTH || !Files.exists(dir.resolve(".git"))) {
                emptySubmodules.add(path);
                return;
            }
            Worktree inner;
            try {
                inner = Worktree.at(dir);
            } catch (OxException broken) {
                emptySubmodules.add(path);
                return;
            }
            if (!inner.root().equals(dir)) {
                emptySubmodules.add(path);
                return;
            }
            submodules.put(path, inner.head().commit());
            readOptional(inner.commonDir().resolve("info/exclude"))
                    .ifPresent(rules -> extraRules.put(path, rules));
            add(path, inner, depth + 1);
        }

        private List<GitIndex.Name> names(Worktree worktree) {
            Optional<byte[]> file = readOptional(worktree.gitDir().resolve("index"));
            if (file.isEmpty()) {
                return List.of();
            }
            return GitIndex.parse(file.get(), idLength).orElseGet(() -> askGit(worktree));
        }

        private static List<GitIndex.Name> askGit(Worktree worktree) {
            List<GitIndex.Name> names = new ArrayList<>();
            for (byte[] record : Nul.split(worktree.git().ask("ls-files", "-z", "--stage"))) {
                int tab = 0;
                while (record[tab] != '\t') {
                    tab++;
                }
                String[] fields =
                        new String(record, 0, tab, StandardCharsets.US_ASCII).split(" ", -1);
                byte[] path = java.util.Arrays.copyOfRange(record, tab + 1, record.length);
                names.add(new GitIndex.Name(TreePath.of(path), fields[0].equals("160000")));
            }
            return names;
        }
    }
}
