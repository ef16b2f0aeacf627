package dev.oxbow.workspace;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.TreePath;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/** The bytes of a manifest: a version, the fields in order, a checksum over all before it. */
final class ManifestCodec {
    private static final int MAGIC = 0x4f584d31;

    private ManifestCodec() {}

    static byte[] encode(Manifest manifest) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256 + 256 * manifest.base().size());
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            out.writeUTF(manifest.sandbox().value());
            out.writeUTF(manifest.worktree());
            out.writeLong(manifest.generation());
            writeOptional(out, manifest.head().commit());
            writeOptional(out, manifest.head().branch());
            writeOptional(out, manifest.snapshot().map(HostObjects.Commit::id));
            writeOptional(out, manifest.snapshot().map(HostObjects.Commit::tree));
            out.writeInt(manifest.include().size());
            for (String glob : manifest.include()) {
                out.writeUTF(glob);
            }
            writeNodes(out, manifest.base());
            writeNodes(out, manifest.sending());
            writeCache(out, manifest.host());
            writeCache(out, manifest.inside());
            out.writeLong(checksum(bytes.toByteArray(), bytes.size()));
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    static Manifest decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            if (bytes.length < 12
                    || ByteBuffer.wrap(bytes).getLong(bytes.length - 8)
                            != checksum(bytes, bytes.length - 8)
                    || in.readInt() != MAGIC) {
                throw unreadable();
            }
            SandboxId sandbox = new SandboxId(in.readUTF());
            String worktree = in.readUTF();
            long generation = in.readLong();
            Worktree.Head head = new Worktree.Head(readOptional(in), readOptional(in));
            Optional<String> snapshot = readOptional(in);
            String tree = readOptional(in).orElse("");
            List<String> include = new ArrayList<>();
            for (int n = in.readInt(); n > 0; n--) {
                include.add(in.readUTF());
            }
            return new Manifest(
                    sandbox,
                    worktree,
                    generation,
                    head,
                    snapshot.map(id -> new HostObjects.Commit(id, tree)),
                    include,
                    readNodes(in),
                    readNodes(in),
                    readCache(in),
                    readCache(in));
        } catch (IOException e) {
            throw unreadable().causedBy(e);
        }
    }

    private static OxException unreadable() {
        return OxException.of(ErrorCode.STORE_UNREADABLE, "the manifest of the sandbox is damaged");
    }

    static void writeNodes(DataOutputStream out, Map<TreePath, Node> nodes) throws IOException {
        out.writeInt(nodes.size());
        for (Map.Entry<TreePath, Node> e : nodes.entrySet()) {
            writeBytes(out, e.getKey().bytes());
            writeNode(out, e.getValue());
        }
    }

    static NavigableMap<TreePath, Node> readNodes(DataInputStream in) throws IOException {
        NavigableMap<TreePath, Node> nodes = new TreeMap<>();
        for (int n = in.readInt(); n > 0; n--) {
            nodes.put(TreePath.of(readBytes(in)), readNode(in));
        }
        return nodes;
    }

    private static void writeNode(DataOutputStream out, Node node) throws IOException {
        switch (node) {
            case Node.File f -> {
                out.writeByte(f.executable() ? 2 : 1);
                out.writeLong(f.size());
                writeHash(out, f.hash());
                writeId(out, f.blob());
            }
            case Node.Link l -> {
                out.writeByte(3);
                writeBytes(out, l.target());
                writeId(out, l.blob());
            }
            case Node.EmptyDirectory _ -> out.writeByte(4);
        }
    }

    private static Node readNode(DataInputStream in) throws IOException {
        int kind = in.readByte();
        return switch (kind) {
            case 1, 2 -> new Node.File(kind == 2, in.readLong(), readHash(in), readId(in));
            case 3 -> new Node.Link(readBytes(in), readId(in));
            case 4 -> new Node.EmptyDirectory();
            default -> throw unreadable();
        };
    }

    private static void writeCache(DataOutputStream out, StatCache cache) throws IOException {
        out.writeInt(cache.entries().size());
        for (Map.Entry<TreePath, StatCache.Seen> e : cache.entries().entrySet()) {
            writeBytes(out, e.getKey().bytes());
            StatCache.Stamp stamp = e.getValue().stamp();
            out.writeLong(stamp.size());
            out.writeLong(stamp.mtimeNanos());
            out.writeLong(stamp.ctimeNanos());
            out.writeLong(stamp.inode());
            writeHash(out, e.getValue().hash());
            writeId(out, e.getValue().blob());
        }
    }

    private static StatCache readCache(DataInputStream in) throws IOException {
        StatCache cache = new StatCache();
        for (int n = in.readInt(); n > 0; n--) {
            TreePath path = TreePath.of(readBytes(in));
            StatCache.Stamp stamp =
                    new StatCache.Stamp(in.readLong(), in.readLong(), in.readLong(), in.readLong());
            cache.put(path, new StatCache.Seen(stamp, readHash(in), readId(in)));
        }
        return cache;
    }

    private static void writeHash(DataOutputStream out, Hash hash) throws IOException {
        out.writeLong(hash.a());
        out.writeLong(hash.b());
        out.writeLong(hash.c());
        out.writeLong(hash.d());
    }

    private static Hash readHash(DataInputStream in) throws IOException {
        return new Hash(in.readLong(), in.readLong(), in.readLong(), in.readLong());
    }

    private static void writeId(DataOutputStream out, String hex) throws IOException {
        writeBytes(out, HexFormat.of().parseHex(hex));
    }

    private static String readId(DataInputStream in) throws IOException {
        return HexFormat.of().formatHex(readBytes(in));
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

    private static void writeOptional(DataOutputStream out, Optional<String> text)
            throws IOException {
        out.writeUTF(text.orElse(""));
    }

    private static Optional<String> readOptional(DataInputStream in) throws IOException {
        String text = in.readUTF();
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private static long checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return crc.getValue();
    }
}
