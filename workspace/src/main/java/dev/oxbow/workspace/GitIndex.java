package dev.oxbow.workspace;

import dev.oxbow.posix.TreePath;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads the names in a git index file, which is data of an untrusted side. Flags and stat data in
 * it are not believed and not read.
 */
final class GitIndex {
    private static final int GITLINK = 0160000;

    /**
     * One name.
     *
     * @param gitlink whether it stands for a submodule
     */
    record Name(TreePath path, boolean gitlink) {}

    private GitIndex() {}

    /**
     * The names in an index, each once.
     *
     * @return empty if the file is damaged or of a kind that names no files by itself (split,
     *     sparse)
     */
    static Optional<List<Name>> parse(byte[] file, int idLength) {
        try {
            return read(ByteBuffer.wrap(file), idLength);
        } catch (BufferUnderflowException | dev.oxbow.base.OxException damaged) {
            return Optional.empty();
        }
    }

    private static Optional<List<Name>> read(ByteBuffer in, int idLength) {
        if (in.getInt() != 0x44495243) {
            return Optional.empty();
        }
        int version = in.getInt();
        int count = in.getInt();
        if (version < 2 || version > 4 || count < 0) {
            return Optional.empty();
        }
        List<Name> names = new ArrayList<>(Math.min(count, in.remaining() / 62 + 1));
        byte[] last = new byte[0];
        for (int i = 0; i < count; i++) {
            int start = in.position();
            in.position(Math.min(in.limit(), start + 24));
            int mode = in.getInt();
            in.getInt();
            in.getInt();
            in.getInt();
            in.position(Math.min(in.limit(), in.position() + idLength));
            int flags = in.getShort();
            if ((flags & 0x4000) != 0) {
                in.getShort();
            }
            byte[] path = version == 4 ? compressed(in, last) : terminated(in);
            if (version < 4) {
                int length = in.position() - 1 - start;
                in.position(Math.min(in.limit(), start + ((length + 8) & ~7)));
            }
            if (mode == 040000) {
                return Optional.empty();
            }
            if (!Arrays.equals(path, last)) {
                names.add(new Name(TreePath.of(path), mode == GITLINK));
            }
            last = path;
        }
        return hasLink(in, idLength) ? Optional.empty() : Optional.of(names);
    }

    /** Whether the names are partly in another file. */
    private static boolean hasLink(ByteBuffer in, int idLength) {
        while (in.remaining() >= 8 + idLength) {
            int signature = in.getInt();
            int size = in.getInt();
            if (signature == 0x6c696e6b) {
                return true;
            }
            if (size < 0 || size > in.remaining()) {
                return false;
            }
            in.position(in.position() + size);
        }
        return false;
    }

    private static byte[] terminated(ByteBuffer in) {
        int from = in.position();
        while (in.get() != 0) {
            // up to the end of the name
        }
        byte[] name = new byte[in.position() - 1 - from];
        in.get(from, name);
        return name;
    }

    private static byte[] compressed(ByteBuffer in, byte[] last) {
        int b = in.get() & 0xff;
        long strip = b & 0x7f;
        while ((b & 0x80) != 0 && strip < Integer.MAX_VALUE) {
            b = in.get() & 0xff;
            strip = ((strip + 1) << 7) | (b & 0x7f);
        }
        if (strip > last.length) {
            throw new BufferUnderflowException();
        }
        byte[] rest = terminated(in);
        int kept = last.length - (int) strip;
        byte[] path = Arrays.copyOf(last, kept + rest.length);
        System.arraycopy(rest, 0, path, kept, rest.length);
        return path;
    }
}
