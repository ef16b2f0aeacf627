package dev.oxbow.providers.local;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.Json;
import dev.oxbow.base.OxException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * A record in a file of our own: whole or not there, and unreadable is not absent.
 *
 * <p>What must be whole after a power cut too is on the disk before it gets its name; what is told
 * of processes, which then are gone, is not worth the wait.
 */
final class RecordFile {
    private RecordFile() {}

    /** Writes it in place of what was there. */
    static void write(Path file, Object content) {
        write(file, content, false);
    }

    /** As {@link #write}, and after a power cut there is the old one or the new one. */
    static void writeLasting(Path file, Object content) {
        write(file, content, true);
    }

    private static void write(Path file, Object content, boolean lasting) {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try {
            put(next, content, lasting);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    private static void put(Path file, Object content, boolean lasting) throws IOException {
        // A channel would be closed by an interrupt half-way.
        try (FileOutputStream out = new FileOutputStream(file.toFile())) {
            out.write(Json.write(content).getBytes(StandardCharsets.UTF_8));
            if (lasting) {
                out.getFD().sync();
            }
        }
    }

    /**
     * Writes it unless there is one already, and says whether it did. After a power cut it is whole
     * or not there.
     */
    static boolean create(Path file, Object content) {
        Path next =
                file.resolveSibling(file.getFileName() + "." + Thread.currentThread().threadId());
        try {
            put(next, content, true);
            try {
                Files.createLink(file, next);
                return true;
            } catch (FileAlreadyExistsException taken) {
                return false;
            } finally {
                Files.deleteIfExists(next);
            }
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    private static OxException unwritable(Path file, IOException e) {
        return OxException.of(
                        ErrorCode.STORE_UNREADABLE,
                        "the record %s cannot be written: %s",
                        file,
                        Why.of(e))
                .causedBy(e);
    }

    /** Reads it; empty only if it is proven absent. */
    static <T> Optional<T> read(Path file, Class<T> type) {
        try {
            T read = Json.read(Files.readString(file, StandardCharsets.UTF_8), type);
            if (read == null) {
                throw new IOException("it is empty");
            }
            return Optional.of(read);
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        } catch (IOException | Json.MalformedJson | OxException e) {
            throw OxException.of(
                            ErrorCode.STORE_UNREADABLE,
                            "the record %s cannot be read: %s",
                            file,
                            Why.of(e))
                    .causedBy(e);
        }
    }
}
