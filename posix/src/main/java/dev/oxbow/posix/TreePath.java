package dev.oxbow.posix;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A path below the root of some tree, kept as the bytes that the file system has: any bytes but
 * NUL, components joined by {@code /}.
 *
 * <p>It cannot leave its tree by spelling: it is never absolute and has no empty, {@code .} or
 * {@code ..} component. The empty path is the root itself. Ordered by unsigned bytes, as git orders
 * names.
 */
public final class TreePath implements Comparable<TreePath> {
    /** The root of a tree. */
    public static final TreePath ROOT = new TreePath(new byte[0]);

    private final byte[] bytes;
    private final int hash;

    /** Where it was found; absent if it came from elsewhere. A scan asks for it all the time. */
    private final @Nullable TreePath parent;

    private TreePath(byte[] bytes) {
        this(bytes, null);
    }

    private TreePath(byte[] bytes, @Nullable TreePath parent) {
        this.bytes = bytes;
        this.hash = Arrays.hashCode(bytes);
        this.parent = parent;
    }

    /**
     * A path from bytes, which are copied.
     *
     * @throws OxException with {@link ErrorCode#PATH_ESCAPE} if it could lead out of a tree
     */
    public static TreePath of(byte[] bytes) {
        byte[] copy = bytes.clone();
        int start = 0;
        for (int i = 0; i <= copy.length; i++) {
            if (i == copy.length || copy[i] == '/') {
                checkComponent(copy, start, i);
                start = i + 1;
            } else if (copy[i] == 0) {
                throw escape(copy, "holds a NUL byte");
            }
        }
        return new TreePath(copy);
    }

    /** A path from text, encoded as UTF-8. */
    public static TreePath of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void checkComponent(byte[] path, int from, int to) {
        int length = to - from;
        if (length == 0 && path.length > 0) {
            throw escape(path, "is absolute or has an empty component");
        }
        if (length == 1 && path[from] == '.') {
            throw escape(path, "has a '.' component");
        }
        if (length == 2 && path[from] == '.' && path[from + 1] == '.') {
            throw escape(path, "has a '..' component");
        }
    }

    private static OxException escape(byte[] path, String why) {
        return OxException.of(ErrorCode.PATH_ESCAPE, "path %s %s", display(path), why);
    }

    /** The path below this one with that name. */
    public TreePath resolve(byte[] name) {
        if (bytes.length == 0) {
            return of(name);
        }
        byte[] joined = Arrays.copyOf(bytes, bytes.length + 1 + name.length);
        joined[bytes.length] = '/';
        System.arraycopy(name, 0, joined, bytes.length + 1, name.length);
        return of(joined);
    }

    /** The path below this one with a name that the kernel gave, which needs no checks. */
    TreePath child(MemorySegment memory, long offset, int length) {
        int start = bytes.length == 0 ? 0 : bytes.length + 1;
        byte[] joined = Arrays.copyOf(bytes, start + length);
        if (start > 0) {
            joined[start - 1] = '/';
        }
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, joined, start, length);
        return new TreePath(joined, this);
    }

    /** The bytes themselves, for reading only. */
    byte[] raw() {
        return bytes;
    }

    /** The path below this one with that name. */
    public TreePath resolve(String name) {
        return resolve(name.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The directory that holds this; {@link #ROOT} for a top-level name and for the root itself.
     */
    public TreePath parent() {
        if (parent != null) {
            return parent;
        }
        int slash = lastSlash();
        return slash < 0 ? ROOT : new TreePath(Arrays.copyOf(bytes, slash));
    }

    /** The last component; empty for the root. */
    public byte[] name() {
        return Arrays.copyOfRange(bytes, lastSlash() + 1, bytes.length);
    }

    /** Whether the last component is that name. */
    public boolean isNamed(byte[] name) {
        return Arrays.equals(bytes, lastSlash() + 1, bytes.length, name, 0, name.length);
    }

    /** Whether the last component begins with those bytes. */
    public boolean isNamedFrom(byte[] prefix) {
        int start = lastSlash() + 1;
        return bytes.length - start >= prefix.length
                && Arrays.equals(bytes, start, start + prefix.length, prefix, 0, prefix.length);
    }

    /** All components, first to last; none for the root. */
    public List<byte[]> components() {
        List<byte[]> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= bytes.length && bytes.length > 0; i++) {
            if (i == bytes.length || bytes[i] == '/') {
                parts.add(Arrays.copyOfRange(bytes, start, i));
                start = i + 1;
            }
        }
        return parts;
    }

    /** Whether this is the given path or lies below it. */
    public boolean startsWith(TreePath ancestor) {
        int n = ancestor.bytes.length;
        return n == 0
                || (bytes.length >= n
                        && Arrays.equals(bytes, 0, n, ancestor.bytes, 0, n)
                        && (bytes.length == n || bytes[n] == '/'));
    }

    /** Number of bytes. */
    public int length() {
        return bytes.length;
    }

    /** Whether this is the root. */
    public boolean isRoot() {
        return bytes.length == 0;
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /**
     * The path for people: UTF-8 if it is that, with control characters, quotes and backslashes
     * escaped; other bytes as {@code \xNN}. Not reversible in general.
     */
    @Override
    public String toString() {
        return display(bytes);
    }

    private static String display(byte[] bytes) {
        String text;
        try {
            text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .decode(ByteBuffer.wrap(bytes))
                            .toString();
        } catch (CharacterCodingException notUtf8) {
            text = null;
        }
        StringBuilder out = new StringBuilder();
        if (text != null) {
            text.codePoints()
                    .forEach(c -> {
                        if (Character.isISOControl(c) || c == '\\' || isInvisible(c)) {
                            out.append(String.format("\\u{%x}", c));
                        } else {
                            out.appendCodePoint(c);
                        }
                    });
        } else {
            for (byte b : bytes) {
                if (b >= 0x20 && b < 0x7f && b != '\\') {
                    out.append((char) b);
                } else {
                    out.append(String.format("\\x%02x", b));
                }
            }
        }
        return out.toString();
    }

    private static boolean isInvisible(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.FORMAT
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }

    private int lastSlash() {
        if (parent != null) {
            return parent.bytes.length == 0 ? -1 : parent.bytes.length;
        }
        for (int i = bytes.length - 1; i >= 0; i--) {
            if (bytes[i] == '/') {
                return i;
            }
        }
        return -1;
    }

    @Override
    public int compareTo(TreePath other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof TreePath p && hash == p.hash && Arrays.equals(bytes, p.bytes));
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
