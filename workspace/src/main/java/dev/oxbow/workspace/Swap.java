package dev.oxbow.workspace;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import dev.oxbow.posix.Directory;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Changes a worktree by renames alone, from versions laid out on the same file system, in an order
 * that is journalled first. Every old version stays aside until the end, so that all of it can be
 * taken back: at once if the worktree turns out to have changed, or after a crash.
 */
final class Swap {
    private final Directory worktree;
    private final Journal journal;
    private final RunId run;
    private final TreePath stage;
    private final Consumer<String> step;
    private final Keeper keeper;

    /** Takes care of old versions that cannot go back to their place. */
    interface Keeper {
        /**
         * Keeps them; they are removed afterwards.
         *
         * @param aside where each is now, by the path it had
         */
        void keep(Map<TreePath, TreePath> aside);
    }

    /**
     * @param step told before each step by name; a test may end the process there
     */
    Swap(Directory worktree, Journal journal, RunId run, Keeper keeper, Consumer<String> step) {
        this.worktree = worktree;
        this.journal = journal;
        this.run = run;
        this.stage = TreeView.STAGE.resolve(run.value());
        this.keeper = keeper;
        this.step = step;
    }

    /** Makes the place where versions are laid out. */
    void open() {
        journal.write(new Journal.Intent(run, Journal.Phase.STAGING, List.of()));
        step.accept("journal-staging");
        worktree.removeTree(stage);
        worktree.mkdirs(stage, 0700);
    }

    TreePath staged(int index) {
        return stage.resolve(Integer.toString(index));
    }

    /**
     * Does the steps; on any failure takes back what was done and throws.
     *
     * @param observed what stood at the paths when the decision was made
     */
    void run(List<Journal.Step> steps, Map<TreePath, Entry> observed) {
        try {
            for (Journal.Step s : steps) {
                if (s.kind() != Journal.Kind.MAKE_DIRECTORY
                        && s.kind() != Journal.Kind.REMOVE_DIRECTORY) {
                    unchanged(s.at(), s.at(), observed);
                }
            }
        } catch (OxException e) {
            close();
            throw e;
        }
        step.accept("journal-changing");
        journal.write(new Journal.Intent(run, Journal.Phase.CHANGING, steps));
        try {
            for (int i = 0; i < steps.size(); i++) {
                step.accept("change-" + i);
                perform(steps.get(i), observed);
            }
            step.accept("verify");
            for (Journal.Step s : steps) {
                if (s.kind() == Journal.Kind.REPLACE || s.kind() == Journal.Kind.REMOVE) {
                    unchanged(staged(s.stage()), s.at(), observed);
                }
            }
        } catch (OxException e) {
            takeBack(steps);
            throw e;
        }
        step.accept("journal-done");
        journal.write(new Journal.Intent(run, Journal.Phase.DONE, steps));
        step.accept("clear");
        close();
    }

    /** Clears the place and the journal away. */
    void close() {
        worktree.removeTree(stage);
        removeIfEmpty(TreeView.STAGE);
        removeIfEmpty(TreeView.STAGE.parent());
        step.accept("clear-journal");
        journal.clear(run);
    }

    private void perform(Journal.Step s, Map<TreePath, Entry> observed) {
        TreePath path = s.at();
        switch (s.kind()) {
            case REPLACE -> {
                worktree.exchange(staged(s.stage()), path);
                unchanged(staged(s.stage()), path, observed);
            }
            case ADD -> worktree.renameNoReplace(staged(s.stage()), path);
            case REMOVE -> {
                worktree.renameNoReplace(path, staged(s.stage()));
                unchanged(staged(s.stage()), path, observed);
            }
            case MAKE_DIRECTORY -> worktree.mkdir(path, s.mode());
            case REMOVE_DIRECTORY -> removeIfEmpty(path);
        }
    }

    /** Whether something is still what was seen; its name may have moved since. */
    private void unchanged(TreePath now, TreePath path, Map<TreePath, Entry> observed) {
        @Nullable Entry before = observed.get(path);
        Optional<Entry> after = LocalState.at(worktree, now);
        boolean same =
                before == null
                        ? after.isEmpty()
                        : after.isPresent()
                                && after.get().kind() == before.kind()
                                && after.get().inode() == before.inode()
                                && (before.kind() == Entry.Kind.DIRECTORY
                                        || (after.get().size() == before.size()
                                                && after.get().mtimeNanos()
                                                        == before.mtimeNanos()));
        if (!same) {
            throw OxException.of(
                            ErrorCode.FILE_CHANGING,
                            "%s changed while the result was applied; nothing was applied",
                            path)
                    .with("path", path.toString());
        }
    }

    /** Takes back what was done of the steps and clears away. */
    void takeBack(List<Journal.Step> steps) {
        Map<TreePath, TreePath> left = undo(steps);
        if (!left.isEmpty()) {
            keeper.keep(left);
        }
        close();
    }

    /**
     * Takes back what was done of the steps. What someone changed since at a path stays as it is.
     *
     * @return old versions that could not go back to their place, by path, where they are now
     */
    private Map<TreePath, TreePath> undo(List<Journal.Step> steps) {
        Map<TreePath, TreePath> left = new HashMap<>();
        for (Journal.Step s : new ArrayList<>(steps).reversed()) {
            TreePath path = s.at();
            TreePath aside = staged(s.stage());
            switch (s.kind()) {
                case REPLACE -> {
                    if (inode(aside) == s.oldInode()) {
                        if (isOurs(path, s)) {
                            worktree.exchange(aside, path);
                        } else if (!restored(aside, path)) {
                            left.put(path, aside);
                        }
                    }
                }
                case ADD -> {
                    if (inode(aside) == 0 && isOurs(path, s)) {
                        worktree.rename(path, aside);
                    }
                }
                case REMOVE -> {
                    if (inode(aside) == s.oldInode() && !restored(aside, path)) {
                        left.put(path, aside);
                    }
                }
                case MAKE_DIRECTORY -> removeIfEmpty(path);
                case REMOVE_DIRECTORY -> {
                    if (worktree.stat(path).isEmpty()) {
                        worktree.mkdir(path, s.mode());
                    }
                }
            }
        }
        return left;
    }

    private boolean restored(TreePath aside, TreePath path) {
        try {
            worktree.renameNoReplace(aside, path);
            return true;
        } catch (OxException e) {
            if (e.code() == ErrorCode.FILE_EXISTS || e.code() == ErrorCode.FILE_NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    private boolean isOurs(TreePath path, Journal.Step s) {
        Optional<Entry> there = worktree.stat(path);
        return there.isPresent()
                && there.get().inode() == s.newInode()
                && there.get().mtimeNanos() == s.newMtime();
    }

    private long inode(TreePath path) {
        return worktree.stat(path).map(Entry::inode).orElse(0L);
    }

    private void removeIfEmpty(TreePath path) {
        try {
            Optional<Entry> there = worktree.stat(path);
            if (there.isPresent() && there.get().kind() == Entry.Kind.DIRECTORY) {
                worktree.remove(path);
            }
        } catch (OxException e) {
            if (e.code() != ErrorCode.IS_DIRECTORY) {
                throw e;
            }
        }
    }
}
