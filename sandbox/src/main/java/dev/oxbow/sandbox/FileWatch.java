package dev.oxbow.sandbox;

import dev.oxbow.base.Deadline;
import java.util.Optional;

/**
 * Tells what changes below one directory of a sandbox, whoever changes it: a process inside or a
 * {@link FileTree}. Nothing is lost in silence: a change made after the watch was opened is told,
 * or a {@link FileChange.Rescan} is.
 *
 * <p>Changes of one path are told in their order. A temporary name that {@link FileTree#write} uses
 * is not told; the file that it becomes is {@link FileChange.Created}. Links are watched as links:
 * nothing that they lead to is.
 *
 * <p>What is kept for a watcher that does not come is bounded; nobody else is slowed by it.
 * Watching wakes and keeps nothing. What happens to the sandbox meanwhile:
 *
 * <ul>
 *   <li>paused and woken: nothing; files written from outside are told as they are;
 *   <li>stopped: nothing is told; {@code REPLACED} after it was started again;
 *   <li>rolled back: {@code REPLACED} once its files are those of the checkpoint;
 *   <li>destroyed: {@code SANDBOX_NOT_FOUND}.
 * </ul>
 *
 * Not for use by several threads at once, but for {@link #close}.
 */
public interface FileWatch extends AutoCloseable {

    /**
     * The next change, waiting for it until the deadline.
     *
     * @return empty if the deadline came first, or if the watch is closed
     * @throws dev.oxbow.base.OxException {@code SANDBOX_NOT_FOUND} if the sandbox is gone; {@code
     *     FILE_NOT_FOUND} if the watched directory itself is gone or has moved; {@code
     *     QUOTA_EXCEEDED} if new directories are more than can be watched. The watch is over then.
     * @throws InterruptedException while waiting
     */
    Optional<FileChange> next(Deadline deadline) throws InterruptedException;

    /** Ends the watch. Idempotent; a {@link #next} that waits elsewhere returns soon. */
    @Override
    void close();
}
