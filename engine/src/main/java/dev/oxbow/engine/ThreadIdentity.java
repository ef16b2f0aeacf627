package dev.oxbow.engine;

import dev.oxbow.workspace.Worktree;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What makes a thread the same thread: its worktree, or for one beside it, that and a name. */
final class ThreadIdentity {
    private ThreadIdentity() {}

    /** The thread of a worktree. */
    static String of(Worktree worktree) {
        return worktree.identity();
    }

    /** A thread beside it, with a sandbox of its own. */
    static String beside(Worktree worktree, String name) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(
                                    (worktree.identity() + "\0" + name)
                                            .getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, 24);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
