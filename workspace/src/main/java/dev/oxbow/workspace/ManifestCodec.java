package dev.oxbow.workspace;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.TreePath;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a manifest: a version, the fields in order, a checksum over all before it. Stat data
 * refers to the names and contents of the base by number where they are the same, which they nearly
 * always are.
 */
final class ManifestCodec {
    private static final int MAGIC = 0x4f584d33;

    /** Of the manifests that knew nothing of submodules. */
    private static final int EARLIER = 0x4f584d32;

    private static final int NOT_IN_BASE = -1;

    private ManifestCodec() {}

    static byte[] encode(Manifest manifest) {
        ByteBuffer out = ByteBuffer.allocate(most(manifest));
        out.putInt(MAGIC);
        text(out, manifest.sandbox().value());
        text(out, manifest.worktree());
        out.putLong(manifest.generation());
        text(out, manifest.head().commit().orElse(""));
        text(out, manifest.head().branch().orElse(""));
        text(out, manifest.snapshot().map(HostObjects.Commit::id).orElse(""));
        text(out, manifest.snapshot().map(HostObjects.Commit::tree).orElse(""));
        out.putInt(manifest.include().size());
        manifest.include().forEach(glob -> text(out, glob));
        out.putInt(manifest.base().size());
        manifest.base()
                .forEach((path, node) -> {
                    bytes(out, path.bytes());
                    node(out, node);
                });
        cache(out, manifest.host(), manifest.base());
        cache(out, manifest.inside(), manifest.base());
        out.putInt(manifest.nested().size());
        manifest.nested()
                .forEach((path, nested) -> {
                    bytes(out, path.bytes());
                    text(out, nested.head().commit().orElse(""));
                    text(out, nested.head().branch().orElse(""));
                    text(out, nested.tree());
                });
        out.putLong(checksum(out.array(), out.position()));
        return java.util.Arrays.copyOf(out.array(), out.position());
    }

    /** No fewer bytes than a manifest takes. */
    private static int most(Manifest manifest) {
        long size = 4096;
        for (String glob : manifest.include()) {
            size += 4 + 3L * glob.length();
        }
        for (Map.Entry<TreePath, Node> e : manifest.base().entrySet()) {
            size += 96 + e.getKey().length();
            size += e.getValue() instanceof Node.Link link ? link.target().length : 0;
        }
        for (StatCache cache : List.of(manifest.host(), manifest.inside())) {
            for (TreePath path : cache.entries().keySet()) {
                size += 128 + path.length();
            }
        }
        for (Map.Entry<TreePath, Manifest.Nested> e : manifest.nested().entrySet()) {
            size += 160 + e.getKey().length();
            size += 3L * e.getValue().head().branch().orElse("").length();
        }
        return Math.toIntExact(size);
    }

    static Manifest decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length < 12
                || in.getLong(bytes.length - 8) != checksum(bytes, bytes.length - 8)) {
            throw unreadable();
        }
        int version = in.getInt();
        if (version != MAGIC && version != EARLIER) {
            throw unreadable();
        }
        try {
            SandboxId sandbox = new SandboxId(text(in));
            String worktree = text(in);
            long generation = in.getLong();
            Worktree.Head head = new Worktree.Head(optional(in), optional(in));
            Optional<String> snapshot = optional(in);
            String tree = text(in);
            List<String> include = new ArrayList<>();
            for (int n = in.getInt(); n > 0; n--) {
                include.add(text(in));
            }
            TreePath[] paths = new TreePath[in.getInt()];
            Node[] nodes = new Node[paths.length];
            NavigableMap<TreePath, Node> base = new TreeMap<>();
            for (int i = 0; i < paths.length; i++) {
                paths[i] = TreePath.of(bytes(in));
                nodes[i] = node(in);
                base.put(paths[i], nodes[i]);
            }
            return new Manifest(
                    sandbox,
                    worktree,
                    generation,
                    head,
                    snapshot.map(id -> new HostObjects.Commit(id, tree)),
                    include,
                    base,
                    cache(in, paths, nodes),
                    cache(in, paths, nodes),
                    version == EARLIER ? new TreeMap<>() : nested(in));
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            throw unreadable().causedBy(e);
        }
    }

    private static NavigableMap<TreePath, Manifest.Nested> nested(ByteBuffer in) {
        NavigableMap<TreePath, Manifest.Nested> nested = new TreeMap<>();
        for (int n = in.getInt(); n > 0; n--) {
            TreePath path = TreePath.of(bytes(in));
            Worktree.Head head = new Worktree.Head(optional(in), optional(in));
            nested.put(path, new Manifest.Nested(head, text(in)));
        }
        return nested;
    }

    private static OxException unreadable() {
        return OxException.of(ErrorCode.STORE_UNREADABLE, "the manifest of the sandbox is damaged");
    }

    static void writeNodes(DataOutputStream out, Map<TreePath, Node> nodes) throws IOException {
        out.writeInt(nodes.size());
        for (Map.Entry<TreePath, Node> e : nodes.entrySet()) {
            writeBytes(out, e.getKey().bytes());
            int target = e.getValue() instanceof Node.Link link ? link.target().length : 0;
            ByteBuffer node = ByteBuffer.allocate(96 + target);
            node(node, e.getValue());
            out.write(node.array(), 0, node.position());
        }
    }

    static NavigableMap<TreePath, Node> readNodes(DataInputStream in) throws IOException {
        NavigableMap<TreePath, Node> nodes = new TreeMap<>();
        for (int n = in.readInt(); n > 0; n--) {
            nodes.put(TreePath.of(readBytes(in)), readNode(in));
        }
        return nodes;
    }

    private static Node readNode(DataInputStream in) throws IOException {
        int kind = in.readByte();
        return switch (kind) {
            case 1, 2 -> {
                long size = in.readLong();
                byte[] hash = in.readNBytes(32);
                yield new Node.File(kind == 2, size, Hash.of(hash), hex(readBytes(in)));
            }
            case 3 -> new Node.Link(readBytes(in), hex(readBytes(in)));
            case 4 -> new Node.EmptyDirectory();
            default -> throw unreadable();
        };
    }

    static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeShort(bytes.length);
        out.write(bytes);
    }

    static byte[] readBytes(DataInputStream in) throws IOException {
        byte[] bytes = new byte[in.readUnsignedShort()];
        in.readFully(bytes);
        return bytes;
    }

    private static void node(ByteBuffer out, Node node) {
        switch (node) {
            case Node.File f -> {
                out.put((byte) (f.executable() ? 2 : 1));
                out.putLong(f.size());
                hash(out, f.hash());
                id(out, f.blob());
            }
            case Node.Link l -> {
                out.put((byte) 3);
                bytes(out, l.target());
                id(out, l.blob());
            }
            case Node.EmptyDirectory _ -> out.put((byte) 4);
        }
    }

    private static Node node(ByteBuffer in) {
        int kind = in.get();
        return switch (kind) {
            case 1, 2 -> new Node.File(kind == 2, in.getLong(), hash(in), id(in));
            case 3 -> new Node.Link(bytes(in), id(in));
            case 4 -> new Node.EmptyDirectory();
            default -> throw unreadable();
        };
    }

    private static void cache(ByteBuffer out, StatCache cache, NavigableMap<TreePath, Node> base) {
        Map<TreePath, StatCache.Seen> left = cache.entries();
        out.putInt(left.size());
        int number = 0;
        int known = 0;
        for (Map.Entry<TreePath, Node> e : base.entrySet()) {
            StatCache.@Nullable Seen seen = left.get(e.getKey());
            if (seen != null) {
                out.putInt(number);
                seen(out, seen, e.getValue());
                known++;
            }
            number++;
        }
        if (known == left.size()) {
            return;
        }
        left.forEach((path, seen) -> {
            if (!base.containsKey(path)) {
                out.putInt(NOT_IN_BASE);
                bytes(out, path.bytes());
                seen(out, seen, null);
            }
        });
    }

    private static void seen(ByteBuffer out, StatCache.Seen seen, @Nullable Node base) {
        out.putLong(seen.stamp().size());
        out.putLong(seen.stamp().mtimeNanos());
        out.putLong(seen.stamp().ctimeNanos());
        out.putLong(seen.stamp().inode());
        boolean same = seen.node().equals(base);
        out.put((byte) (same ? 1 : 0));
        if (!same) {
            node(out, seen.node());
        }
    }

    private static StatCache cache(ByteBuffer in, TreePath[] paths, Node[] nodes) {
        int count = in.getInt();
        Map<TreePath, StatCache.Seen> seen =
                HashMap.newHashMap(Math.min(count, in.remaining() / 37 + 1));
        for (int i = 0; i < count; i++) {
            int number = in.getInt();
            TreePath path = number == NOT_IN_BASE ? TreePath.of(bytes(in)) : paths[number];
            StatCache.Stamp stamp =
                    new StatCache.Stamp(in.getLong(), in.getLong(), in.getLong(), in.getLong());
            Node node = in.get() == 1 ? nodes[number] : node(in);
            if (!(node instanceof Node.File file)) {
                throw unreadable();
            }
            seen.put(path, new StatCache.Seen(stamp, file));
        }
        return new StatCache(seen);
    }

    private static void hash(ByteBuffer out, Hash hash) {
        out.putLong(hash.a()).putLong(hash.b()).putLong(hash.c()).putLong(hash.d());
    }

    private static Hash hash(ByteBuffer in) {
        return new Hash(in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }

    private static void id(ByteBuffer out, String hex) {
        bytes(out, HexFormat.of().parseHex(hex));
    }

    private static String id(ByteBuffer in) {
        return hex(bytes(in));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static void bytes(ByteBuffer out, byte[] bytes) {
        out.putShort((short) bytes.length).put(bytes);
    }

    private static byte[] bytes(ByteBuffer in) {
        byte[] bytes = new byte[Short.toUnsignedInt(in.getShort())];
        in.get(bytes);
        return bytes;
    }

    private static void text(ByteBuffer out, String text) {
        bytes(out, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(ByteBuffer in) {
        return new String(bytes(in), StandardCharsets.UTF_8);
    }

    private static Optional<String> optional(ByteBuffer in) {
        return Optional.of(text(in)).filter(text -> !text.isEmpty());
    }

    private static long checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return crc.getValue();
    }
}
