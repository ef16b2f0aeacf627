package dev.oxbow.workspace;

import dev.oxbow.base.ByteSize;

/**
 * What one sync may move at most. Going above is an error that names the file, never a silent skip.
 *
 * @param files paths in the tree
 * @param file bytes of one file
 * @param total bytes of all files together
 */
public record SyncLimits(int files, ByteSize file, ByteSize total) {
    /** 200,000 files, 2 GiB each, 20 GiB together. */
    public static final SyncLimits DEFAULT =
            new SyncLimits(200_000, ByteSize.gibibytes(2), ByteSize.gibibytes(20));
}
