package dev.oxbow.providers.fake;

import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import java.util.Arrays;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Something that has a name in a file system in memory. Guarded by the file system's lock. */
abstract sealed class Node {
    private final long inode;
    private int mode;
    private long mtimeNanos;
    private long ctimeNanos;

    private Node(long inode, int mode, long now) {
        this.inode = inode;
        this.mode = mode & 07777;
        this.mtimeNanos = now;
        this.ctimeNanos = now;
    }

    private Node(Node other) {
        this(other.inode, other.mode, other.ctimeNanos);
        this.mtimeNanos = other.mtimeNanos;
    }

    abstract Entry.Kind kind();

    /** The same once more, with all below it. */
    abstract Node copy();

    abstract long size();

    int mode() {
        return mode;
    }

    void setMode(int value, long now) {
        mode = value & 07777;
        ctimeNanos = now;
    }

    /** Mode and times of another. */
    void takeFacts(Node other) {
        mode = other.mode;
        mtimeNanos = other.mtimeNanos;
        ctimeNanos = other.ctimeNanos;
    }

    void modifiedAt(long time, long now) {
        mtimeNanos = time;
        ctimeNanos = now;
    }

    Entry entry(TreePath path) {
        return new Entry(path, kind(), size(), mode, mtimeNanos, ctimeNanos, inode);
    }

    /** A regular file. */
    static final class File extends Node {
        private byte[] buffer = new byte[0];
        private int length;

        File(long inode, int mode, long now) {
            super(inode, mode, now);
        }

        private File(File other) {
            super(other);
            buffer = other.content();
            length = buffer.length;
        }

        @Override
        File copy() {
            return new File(this);
        }

        @Override
        Entry.Kind kind() {
            return Entry.Kind.FILE;
        }

        @Override
        long size() {
            return length;
        }

        byte[] content() {
            return Arrays.copyOf(buffer, length);
        }

        void append(byte[] bytes, int offset, int count) {
            if (length + count > buffer.length) {
                buffer = Arrays.copyOf(buffer, Math.max(length + count, 2 * buffer.length));
            }
            System.arraycopy(bytes, offset, buffer, length, count);
            length += count;
        }

        void truncate() {
            length = 0;
        }
    }

    /** A directory: names by their unsigned bytes. */
    static final class Directory extends Node {
        private final NavigableMap<byte[], Node> names = new TreeMap<>(Arrays::compareUnsigned);

        Directory(long inode, int mode, long now) {
            super(inode, mode, now);
        }

        private Directory(Directory other) {
            super(other);
            other.names.forEach((name, node) -> names.put(name, node.copy()));
        }

        @Override
        Directory copy() {
            return new Directory(this);
        }

        /** Takes over the mode, the time and, copied, the content of another. */
        void become(Directory other) {
            names.clear();
            other.names.forEach((name, node) -> names.put(name, node.copy()));
            takeFacts(other);
        }

        @Override
        Entry.Kind kind() {
            return Entry.Kind.DIRECTORY;
        }

        @Override
        long size() {
            return 0;
        }

        NavigableMap<byte[], Node> names() {
            return names;
        }
    }

    /** A symbolic link. */
    static final class Link extends Node {
        private final byte[] target;

        Link(long inode, byte[] target, long now) {
            super(inode, 0777, now);
            this.target = target.clone();
        }

        private Link(Link other) {
            super(other);
            target = other.target();
        }

        @Override
        Link copy() {
            return new Link(this);
        }

        @Override
        Entry.Kind kind() {
            return Entry.Kind.SYMLINK;
        }

        @Override
        long size() {
            return target.length;
        }

        byte[] target() {
            return target.clone();
        }
    }

    /** A FIFO, which is listed and never opened. */
    static final class Fifo extends Node {
        Fifo(long inode, int mode, long now) {
            super(inode, mode, now);
        }

        private Fifo(Fifo other) {
            super(other);
        }

        @Override
        Fifo copy() {
            return new Fifo(this);
        }

        @Override
        Entry.Kind kind() {
            return Entry.Kind.OTHER;
        }

        @Override
        long size() {
            return 0;
        }
    }
}
