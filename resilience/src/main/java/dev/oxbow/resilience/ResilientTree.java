package dev.oxbow.resilience;

import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The files of a sandbox that may be far away. */
final class ResilientTree implements FileTree {
    private final Calls calls;
    private final FileTree real;

    ResilientTree(Calls calls, FileTree real) {
        this.calls = calls;
        this.real = real;
    }

    @Override
    public List<Entry> scan(Predicate<TreePath> descend) {
        return calls.call("list", Repeat.SAFE, () -> real.scan(descend));
    }

    @Override
    public Optional<Entry> stat(TreePath path) {
        return calls.call("stat", Repeat.SAFE, () -> real.stat(path));
    }

    /** Read on after a cut, if the file is still the same. */
    @Override
    public InputStream read(TreePath path) {
        Optional<Entry> before = stat(path);
        return new ResilientStream(this, path, before, open(path));
    }

    /** The next piece of what was opened; -1 at its end. */
    int piece(InputStream from, byte[] to) throws IOException {
        try {
            return calls.carry("read", () -> 0, () -> read(from, to));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static int read(InputStream from, byte[] to) {
        try {
            return from.read(to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    InputStream open(TreePath path) {
        return calls.call("read", Repeat.SAFE, () -> real.read(path));
    }

    @Override
    public byte[] readLink(TreePath path) {
        return calls.call("read", Repeat.SAFE, () -> real.readLink(path));
    }

    /** Its content can be read once only, so that it is the caller who repeats it. */
    @Override
    public void write(TreePath path, int mode, Optional<Long> mtimeNanos, InputStream content)
            throws IOException {
        CountedInput counted = new CountedInput(content);
        try {
            var _ =
                    calls.carry(
                            "write",
                            counted::taken,
                            () -> {
                                try {
                                    real.write(path, mode, mtimeNanos, counted);
                                    return path;
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void symlink(TreePath path, byte[] target) {
        calls.run("write", Repeat.KEYED, () -> real.symlink(path, target));
    }

    @Override
    public void mkdir(TreePath path, int mode) {
        calls.run("mkdir", Repeat.KEYED, () -> real.mkdir(path, mode));
    }

    @Override
    public void setMode(TreePath path, int mode) {
        calls.run("write", Repeat.KEYED, () -> real.setMode(path, mode));
    }

    /**
     * Not repeated once it may have been done: the name would be gone, which is another failure.
     */
    @Override
    public void rename(TreePath from, TreePath to) {
        calls.run("move", Repeat.ONCE, () -> real.rename(from, to));
    }

    @Override
    public void remove(TreePath path) {
        calls.run("remove", Repeat.KEYED, () -> real.remove(path));
    }

    @Override
    public void removeTree(TreePath path) {
        calls.run("remove", Repeat.KEYED, () -> real.removeTree(path));
    }

    @Override
    public void close() {
        real.close();
    }
}
