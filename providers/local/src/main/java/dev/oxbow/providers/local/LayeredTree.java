package dev.oxbow.providers.local;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.Directory;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.LockFile;
import dev.oxbow.posix.Owner;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.DirectoryTree;
import dev.oxbow.sandbox.ForwardingTree;
import java.util.Optional;

/**
 * Files of a sandbox as they are, for as long as they are open: layers are not exchanged under it.
 * A directory that lies in a frozen layer is renamed by moving what is in it.
 */
final class LayeredTree extends ForwardingTree {
    private static final int EXDEV = 18;

    private final Directory directory;
    private final Optional<Owner> owner;
    private final LockFile viewing;

    /** Closes the directory and the lock with itself. */
    LayeredTree(Directory directory, Optional<Owner> owner, LockFile viewing) {
        super(new DirectoryTree(directory, owner));
        this.directory = directory;
        this.owner = owner;
        this.viewing = viewing;
    }

    @Override
    public void rename(TreePath from, TreePath to) {
        try {
            super.rename(from, to);
        } catch (OxException refused) {
            boolean frozen =
                    refused.code() == ErrorCode.PATH_ESCAPE
                            && Integer.valueOf(EXDEV).equals(refused.context().get("errno"));
            Optional<Entry> what = frozen ? stat(from) : Optional.empty();
            if (what.isEmpty() || what.get().kind() != Entry.Kind.DIRECTORY) {
                throw refused;
            }
            if (to.startsWith(from)) {
                throw OxException.of(
                        ErrorCode.NOT_DIRECTORY, "%s cannot be moved into itself", from);
            }
            move(from, to, what.get());
        }
    }

    private void move(TreePath from, TreePath to, Entry what) {
        // The new name is taken by the kernel's own rules: over nothing, or an empty directory.
        TreePath fresh =
                to.parent()
                        .resolve(
                                TreePath.of(Directory.TEMPORARY_PREFIX + System.nanoTime()).name());
        directory.mkdir(fresh, 0700, owner);
        boolean taken = false;
        try {
            directory.rename(fresh, to);
            taken = true;
        } finally {
            if (!taken) {
                directory.remove(fresh);
            }
        }
        for (Entry each : directory.list(from)) {
            byte[] name = each.path().name();
            rename(from.resolve(name), to.resolve(name));
        }
        directory.setMode(to, what.mode());
        directory.setModified(to, what.mtimeNanos());
        directory.remove(from);
    }

    @Override
    public void close() {
        super.close();
        viewing.close();
    }
}
