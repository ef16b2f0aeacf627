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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * What a sync is about to write into a sandbox, so that after a kill in the middle the next one
 * knows its own files from the agent's work.
 *
 * <p>One that is lost or damaged only makes the next sync more careful, so it is not forced to disk
 * as the manifest is. It speaks of one generation of the manifest and is worthless for any other.
 */
final class Sending {
    private static final int MAGIC = 0x4f585331;

    private final Path file;

    Sending(Path state, SandboxId sandbox) {
        this.file = state.resolve("sending-" + sandbox);
    }

    void record(long generation, Map<TreePath, Node> nodes) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeInt(MAGIC);
            out.writeLong(generation);
            ManifestCodec.writeNodes(out, nodes);
            out.writeLong(checksum(bytes.toByteArray(), bytes.size()));
            Path next = file.resolveSibling(file.getFileName() + ".next");
            Files.write(next, bytes.toByteArray());
            Files.move(
                    next,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw failed("written", e);
        }
    }

    /** What was being sent on top of that generation; nothing if that ended or is not known. */
    Map<TreePath, Node> since(long generation) {
        try {
            if (!Files.exists(file)) {
                return new TreeMap<>();
            }
            byte[] bytes = Files.readAllBytes(file);
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            if (bytes.length < 24
                    || in.readInt() != MAGIC
                    || in.readLong() != generation
                    || java.nio.ByteBuffer.wrap(bytes).getLong(bytes.length - 8)
                            != checksum(bytes, bytes.length - 8)) {
                return new TreeMap<>();
            }
            return ManifestCodec.readNodes(in);
        } catch (IOException e) {
            throw failed("read", e);
        }
    }

    void clear() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw failed("removed", e);
        }
    }

    private static long checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return crc.getValue();
    }

    private OxException failed(String verb, IOException cause) {
        return OxException.of(ErrorCode.STORE_UNREADABLE, "%s cannot be %s: %s", file, verb, cause)
                .causedBy(cause);
    }
}
