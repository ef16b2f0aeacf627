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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What has to be known of the worktree's repository to read its files as git would: settings,
 * tracked names, ignore rules, populated submodules. Read anew for every sync.
 *
 * @param settings effective git settings, the user's included; only read, never executed
 * @param tracked names in the index and in those of populated submodules
 * @param submodules populated submodules whose git data is where git keeps it for this worktree
 * @param extraRules ignore rules of submodules that are not in their trees
 */
record HostSide(
        Map<String, String> settings,
        List<TreePath> tracked,
        Map<TreePath, Worktree> submodules,
        Map<TreePath, byte[]> extraRules) {
    private static final int DEPTH = 8;

    static HostSide read(Worktree worktree) {
        Map<String, String> settings = worktree.git().userSettings();
        Collector collector = new Collector(idLength(settings));
        collector.add(TreePath.ROOT, worktree, 0);
        return new HostSide(
                settings, collector.tracked, collector.submodules, collector.extraRules);
    }

    /** The same for a submodule taken by itself, as far as its repository needs it. */
    HostSide within(TreePath submodule, Worktree inner) {
        Map<TreePath, Worktree> below = new HashMap<>(submodules);
        below.keySet().removeIf(p -> p.equals(submodule) || !p.startsWith(submodule));
        return new HostSide(inner.git().userSettings(), List.of(), below, Map.of());
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
                        PathSet.none(),
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
        private final Map<TreePath, Worktree> submodules = new HashMap<>();
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
            if (depth >= DEPTH
                    || name.path().components().stream().anyMatch(PathGuard::isGitName)
                    || !Files.exists(dir.resolve(".git"))) {
                return;
            }
            Worktree inner;
            try {
                inner = Worktree.at(dir);
            } catch (OxException broken) {
                return;
            }
            if (!inner.root().equals(dir) || !belongs(inner, outer)) {
                return;
            }
            submodules.put(path, inner);
            readOptional(inner.commonDir().resolve("info/exclude"))
                    .ifPresent(rules -> extraRules.put(path, rules));
            add(path, inner, depth + 1);
        }

        /**
         * Whether the git data of a submodule is its own or kept by the repository around it. A
         * pointer to anywhere else could make us hand out the history of another repository.
         */
        private static boolean belongs(Worktree inner, Worktree outer) {
            List<Path> places =
                    List.of(
                            inner.root().resolve(".git"),
                            outer.commonDir().resolve("modules"),
                            outer.gitDir().resolve("modules"));
            return Stream.of(inner.gitDir(), inner.commonDir())
                    .allMatch(dir ->
                            places.stream().anyMatch(dir::startsWith)
                                    && dir.toString().chars().noneMatch(Character::isISOControl));
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
