package dev.oxbow.posix;

import dev.oxbow.base.ByteSize;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.Predicate;

/**
 * An open directory as the root of a tree that someone else may be changing with ill intent.
 *
 * <p>Every path is resolved beneath the root by the kernel, following no symbolic link, the last
 * component included: a link on the way is {@code PATH_ESCAPE}, never followed, whenever it
 * appeared. Links are read and made as data. Names are bytes. Files are replaced as a whole:
 * readers see the old content or the new.
 *
 * <p>Failures are {@link OxException}s that name the path: {@code FILE_NOT_FOUND}, {@code
 * FILE_EXISTS}, {@code IS_DIRECTORY}, {@code NOT_DIRECTORY}, {@code PERMISSION_DENIED}, {@code
 * NO_SPACE}, {@code PATH_ESCAPE}, {@code SYNC_LIMIT_EXCEEDED} (a name or path too long), {@code
 * FILE_CHANGING}; anything else {@code SYNC_UNREADABLE} or {@code SYNC_APPLY_FAILED}.
 *
 * <p>Safe for concurrent use. Closing it lets calls in flight finish; later ones throw {@link
 * IllegalStateException}. Streams that it gave stay open.
 */
public final class Directory implements AutoCloseable {
    /**
     * How the names of files on their way to their real name begin. One that is left over was
     * written by a process that died; it is safe to remove.
     */
    public static final String TEMPORARY_PREFIX = ".oxbow-tmp-";

    private static final long RENAME_NOREPLACE = 1;
    private static final long RENAME_EXCHANGE = 2;

    private final Root root;
    private final String name;

    private Directory(Root root, String name) {
        this.root = root;
        this.name = name;
    }

    /**
     * Opens the directory at that path of the host. Links in {@code path} itself are followed: it
     * is the caller's word, not data.
     */
    public static Directory open(Path path) {
        return open(path, Optional.empty());
    }

    static Directory open(Path path, Optional<Beneath> way) {
        ScratchPool pool = new ScratchPool();
        Scratch scratch = pool.borrow();
        byte[] bytes = HostPath.bytes(path);
        if (bytes.length > Scratch.MAX_PATH) {
            throw Errno.reading(-Errno.ENAMETOOLONG.number, "open", path);
        }
        long fd =
                scratch.call(
                        Call.OPENAT,
                        Kernel.AT_FDCWD,
                        scratch.path(bytes),
                        Kernel.O_RDONLY | Kernel.O_DIRECTORY | Kernel.O_CLOEXEC,
                        0);
        if (fd < 0) {
            throw Errno.reading(fd, "open", path);
        }
        Beneath beneath = way.orElseGet(() -> Beneath.probe(scratch, fd));
        pool.giveBack(scratch);
        return new Directory(new Root(new Handle(fd), beneath, pool), path.toString());
    }

    /** Opens a directory of this tree as a root of its own, independent of this one. */
    public Directory open(TreePath path) {
        long fd = root.open(path, Kernel.O_RDONLY | Kernel.O_DIRECTORY, 0, "open");
        return new Directory(new Root(new Handle(fd), root.beneath, root.pool), name + "/" + path);
    }

    /**
     * Everything below the root in byte order, the root itself left out; a directory comes before
     * what is in it.
     *
     * @param descend asked once for each directory; where it says false, the directory is listed
     *     and its content is not
     * @throws OxException if anything cannot be read: the list is whole or not given
     */
    public List<Entry> scan(Predicate<TreePath> descend) {
        return scan(TreePath.ROOT, descend);
    }

    /** As {@link #scan(Predicate)}, below one directory; paths are still those from the root. */
    public List<Entry> scan(TreePath start, Predicate<TreePath> descend) {
        return root.call(
                (scratch, fd) -> new TreeScan(root.beneath, fd, scratch).below(start, descend));
    }

    /** What is directly in a directory, in byte order. */
    public List<Entry> list(TreePath path) {
        return scan(path, _ -> false);
    }

    /** What is at that path; empty if proven absent. */
    public Optional<Entry> stat(TreePath path) {
        return root.call((scratch, fd) -> {
            long opened =
                    root.beneath.open(
                            scratch, fd, path.raw(), Kernel.O_PATH | Kernel.O_NOFOLLOW, 0);
            if (Errno.ENOENT.is(opened) || Errno.ENOTDIR.is(opened)) {
                return Optional.empty();
            }
            Root.readable(opened, "examine", path);
            try {
                Root.readable(Stat.of(scratch, opened), "examine", path);
                return Optional.of(Stat.entry(scratch, path));
            } finally {
                Handle.closeNow(opened);
            }
        });
    }

    /**
     * The content of a regular file, from its first byte. Anything else is refused without waiting,
     * a FIFO too. The caller closes it.
     */
    public InputStream read(TreePath path) {
        long fd = root.openFile(path, Kernel.O_RDONLY, 0, "read");
        return new FileSource(new Handle(fd), root.pool, path);
    }

    /**
     * The whole content of a regular file.
     *
     * @throws OxException with {@code FILE_TOO_LARGE} above the limit
     */
    public byte[] readAll(TreePath path, ByteSize limit) {
        int most = (int) Math.min(limit.bytes(), Integer.MAX_VALUE - 16);
        try (InputStream in = read(path)) {
            byte[] content = in.readNBytes(most + 1);
            if (content.length > most) {
                throw OxException.of(ErrorCode.FILE_TOO_LARGE, "%s is larger than %s", path, limit);
            }
            return content;
        } catch (IOException e) {
            throw OxException.of(ErrorCode.SYNC_UNREADABLE, "cannot read %s", path).causedBy(e);
        }
    }

    /** The bytes that a symbolic link holds. */
    public byte[] readLink(TreePath path) {
        return root.inParent(
                "read link",
                path,
                (scratch, parent, last) -> {
                    long n =
                            scratch.call(
                                    Call.READLINKAT,
                                    parent,
                                    scratch.path(last),
                                    scratch.buffer.address(),
                                    Scratch.BUFFER);
                    if (Errno.EINVAL.is(n)) {
                        throw OxException.of(
                                ErrorCode.SYNC_UNREADABLE, "%s is not a symbolic link", path);
                    }
                    Root.readable(n, "read link", path);
                    return scratch.buffer.asSlice(0, n).toArray(ValueLayout.JAVA_BYTE);
                });
    }

    /**
     * Writes a regular file as a whole: under a temporary name in the same directory, then renamed
     * over whatever file or link stood there. The parent directory must exist.
     *
     * @param content read to its end, not closed
     * @throws IOException if reading {@code content} fails; the target is then as it was
     */
    public void write(TreePath path, FileSpec spec, InputStream content) throws IOException {
        try {
            root.inParent(
                    "write",
                    path,
                    (scratch, parent, last) -> {
                        try {
                            new FileWriting(scratch, path).replace(parent, last, spec, content);
                        } catch (IOException e) {
                            throw new ContentFailure(e);
                        }
                        return 0L;
                    });
        } catch (ContentFailure e) {
            throw e.cause;
        }
    }

    /** As {@link #write(TreePath, FileSpec, InputStream)} with content from memory. */
    public void write(TreePath path, FileSpec spec, byte[] content) {
        try {
            write(path, spec, new ByteArrayInputStream(content));
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /**
     * Opens a regular file for appending, making it if absent.
     *
     * @param mode permission bits if it is made
     */
    public AppendFile append(TreePath path, int mode) {
        long flags = Kernel.O_RDWR | Kernel.O_APPEND | Kernel.O_CREAT;
        long fd = root.openFile(path, flags, mode & 07777, "append to");
        return new AppendFile(new Handle(fd), root.pool, path);
    }

    /**
     * Makes a directory; a no-op if it is one already, {@code PATH_ESCAPE} if it is a link. The
     * parent must exist.
     */
    public void mkdir(TreePath path, int mode) {
        mkdir(path, mode, Optional.empty());
    }

    /** As {@link #mkdir(TreePath, int)}, given to that owner if it is made. */
    public void mkdir(TreePath path, int mode, Optional<Owner> owner) {
        if (path.isRoot()) {
            return;
        }
        root.inParent(
                "make directory",
                path,
                (scratch, parent, last) -> {
                    long made = scratch.call(Call.MKDIRAT, parent, scratch.path(last), 0700);
                    if (Errno.EEXIST.is(made)) {
                        Root.requireDirectory(scratch, parent, last, path);
                        return 0L;
                    }
                    Root.writable(made, "make directory", path);
                    new FreshName(scratch, parent, last, path).dress(Optional.of(mode), owner);
                    return 0L;
                });
    }

    /** Makes a directory and those above it that are missing, all with that mode. */
    public void mkdirs(TreePath path, int mode) {
        TreePath at = TreePath.ROOT;
        for (byte[] component : path.components()) {
            at = at.resolve(component);
            mkdir(at, mode);
        }
    }

    /** Makes a symbolic link, replacing a file or link that stood there. */
    public void symlink(TreePath path, byte[] target) {
        symlink(path, target, Optional.empty());
    }

    /** As {@link #symlink(TreePath, byte[])}, given to that owner. */
    public void symlink(TreePath path, byte[] target, Optional<Owner> owner) {
        for (byte b : target) {
            if (b == 0) {
                throw OxException.of(
                        ErrorCode.INVALID_ARGUMENT, "the target of link %s holds a NUL", path);
            }
        }
        root.inParent(
                "link",
                path,
                (scratch, parent, last) -> {
                    FreshName.symlink(scratch, parent, last, path, target, owner);
                    return 0L;
                });
    }

    /** Moves a name within the tree, replacing a file, a link or an empty directory there. */
    public void rename(TreePath from, TreePath to) {
        rename(from, to, 0);
    }

    /** Moves a name within the tree; {@code FILE_EXISTS} if the new one is taken. */
    public void renameNoReplace(TreePath from, TreePath to) {
        rename(from, to, RENAME_NOREPLACE);
    }

    /** Swaps two names of the tree in one step; both must exist. */
    public void exchange(TreePath one, TreePath other) {
        rename(one, other, RENAME_EXCHANGE);
    }

    private void rename(TreePath from, TreePath to, long flags) {
        root.inParent(
                "rename",
                from,
                (_, source, oldName) ->
                        root.inParent(
                                "rename to",
                                to,
                                (scratch, target, newName) ->
                                        Root.writable(
                                                scratch.call(
                                                        Call.RENAMEAT2,
                                                        source,
                                                        scratch.path(oldName),
                                                        target,
                                                        scratch.otherPath(newName),
                                                        flags),
                                                "rename",
                                                from + " to " + to)));
    }

    /** Removes a file, a link or an empty directory; a no-op if absent. */
    public void remove(TreePath path) {
        root.unlessAbsent(
                path,
                (scratch, parent, last) -> {
                    long result = scratch.call(Call.UNLINKAT, parent, scratch.path(last), 0);
                    if (Errno.EISDIR.is(result)) {
                        result =
                                scratch.call(
                                        Call.UNLINKAT,
                                        parent,
                                        scratch.path(last),
                                        Kernel.AT_REMOVEDIR);
                    }
                    return Errno.ENOENT.is(result) ? 0L : Root.writable(result, "remove", path);
                });
    }

    /** Removes a path and all below it, links as links; a no-op if absent. */
    public void removeTree(TreePath path) {
        root.unlessAbsent(
                path,
                (scratch, parent, last) -> {
                    new TreeRemoval(scratch, path).remove(parent, last);
                    return 0L;
                });
    }

    /** Sets the permission bits of anything but a link, which is refused. */
    public void setMode(TreePath path, int mode) {
        String verb = "set the mode of";
        root.located(
                path,
                verb,
                (scratch, fd) -> {
                    Root.readable(Stat.of(scratch, fd), verb, path);
                    if (Stat.kind(scratch) == Entry.Kind.SYMLINK) {
                        throw Errno.writing(-Errno.ELOOP.number, verb, path);
                    }
                    return Root.writable(Mode.set(scratch, fd, mode & 07777), verb, path);
                });
    }

    /** Gives a name, a link included, to that owner; needs root. */
    public void setOwner(TreePath path, Owner owner) {
        root.located(
                path,
                "set the owner of",
                (scratch, fd) ->
                        Root.writable(
                                FreshName.give(scratch, fd, owner), "set the owner of", path));
    }

    /** Sets the modification time of a name, a link included. */
    public void setModified(TreePath path, long mtimeNanos) {
        root.inParent(
                "set the time of",
                path,
                (scratch, parent, last) ->
                        Root.writable(
                                scratch.call(
                                        Call.UTIMENSAT,
                                        parent,
                                        scratch.path(last),
                                        FileWriting.modificationTime(scratch, mtimeNanos),
                                        Kernel.AT_SYMLINK_NOFOLLOW),
                                "set the time of",
                                path));
    }

    /** With a descriptor of the directory at that path, good for as long as the call lasts. */
    <T> T located(TreePath directory, LongFunction<T> body) {
        long fd = root.open(directory, Kernel.O_PATH | Kernel.O_DIRECTORY, 0, "watch");
        try {
            return body.apply(fd);
        } finally {
            Handle.closeNow(fd);
        }
    }

    /** Makes the names in a directory durable. */
    public void sync(TreePath directory) {
        long fd = root.open(directory, Kernel.O_RDONLY | Kernel.O_DIRECTORY, 0, "sync");
        try {
            root.call(
                    (scratch, _) -> Root.writable(scratch.call(Call.FSYNC, fd), "sync", directory));
        } finally {
            Handle.closeNow(fd);
        }
    }

    /** What an ordinary user may still write to the file system of the root. */
    public ByteSize freeSpace() {
        return root.call((scratch, fd) -> {
            MemorySegment s = scratch.fixed;
            Root.readable(
                    scratch.call(Call.FSTATFS, fd, s.address(), 0),
                    "examine the file system of",
                    name);
            long blockSize = s.get(ValueLayout.JAVA_LONG, 8);
            long available = s.get(ValueLayout.JAVA_LONG, 32);
            return new ByteSize(Math.max(0, Math.multiplyExact(available, blockSize)));
        });
    }

    /** The path it was opened by, for messages. */
    @Override
    public String toString() {
        return name;
    }

    @Override
    public void close() {
        root.close();
    }

    /** Carries a failure of the caller's stream through the functional interfaces. */
    private static final class ContentFailure extends RuntimeException {
        private final IOException cause;

        ContentFailure(IOException cause) {
            super(cause);
            this.cause = cause;
        }
    }
}
