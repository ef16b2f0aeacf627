package dev.oxbow.workspace;

import java.util.Arrays;

/** What stands at a path, as far as a sync compares and keeps it. Directories are implied. */
public sealed interface Node {

    /**
     * A regular file.
     *
     * @param executable whether its owner may execute it
     * @param size bytes
     * @param hash of its bytes
     * @param blob the id that git gives to these bytes, in hexadecimal
     */
    record File(boolean executable, long size, Hash hash, String blob) implements Node {}

    /**
     * A symbolic link.
     *
     * @param target the bytes it holds, not to be modified
     * @param blob the id that git gives to these bytes, in hexadecimal
     */
    record Link(byte[] target, String blob) implements Node {
        @Override
        public boolean equals(Object other) {
            return other instanceof Link l && Arrays.equals(l.target, target);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(target);
        }
    }

    /** A directory with nothing in it that a sync sees. */
    record EmptyDirectory() implements Node {}
}
