package dev.oxbow.workspace;

import dev.oxbow.posix.TreePath;
import java.util.ArrayList;
import java.util.List;

/** What the user should know of a worktree that was brought into a sandbox. */
final class SyncInWarnings {
    private SyncInWarnings() {}

    static List<SyncWarning> of(HostSide host, TreeView view) {
        List<SyncWarning> warnings = new ArrayList<>();
        for (TreePath path : host.tracked()) {
            if (SecretNames.matches(path)) {
                warnings.add(
                        new SyncWarning(
                                SyncWarning.Kind.SECRET_SENT,
                                path,
                                path + " is tracked by git and looks like a secret; it was sent"));
            }
        }
        for (TreePath path : view.special()) {
            warnings.add(
                    new SyncWarning(
                            SyncWarning.Kind.SPECIAL_FILE,
                            path,
                            path + " is a socket, FIFO or device and was not sent"));
        }
        for (TreePath path : view.repositories()) {
            if (!host.submodules().containsKey(path)) {
                warnings.add(
                        new SyncWarning(
                                SyncWarning.Kind.NESTED_REPOSITORY,
                                path,
                                path
                                        + " is a repository of its own; its files were sent, its"
                                        + " history was not"));
            }
        }
        return warnings;
    }
}
