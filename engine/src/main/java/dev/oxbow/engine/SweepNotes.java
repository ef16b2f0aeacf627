package dev.oxbow.engine;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.Json;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Set;

/** The notes of housekeeping, a file for each sandbox that has one. */
final class SweepNotes {
    private final Path folder;

    SweepNotes(Path folder) {
        this.folder = folder;
    }

    private Path file(SandboxId id) {
        return folder.resolve(id.value());
    }

    /** Empty only if there is none. */
    Optional<SweepNote> read(SandboxId id) {
        try {
            return Optional.of(Json.read(Files.readString(file(id)), SweepNote.class));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException | Json.MalformedJson e) {
            throw OxException.of(ErrorCode.STORE_UNREADABLE, "the note %s: %s", file(id), e)
                    .causedBy(e);
        }
    }

    void write(SandboxId id, SweepNote note) {
        try {
            Path next = folder.resolve("." + id.value());
            Files.writeString(next, Json.write(note));
            Files.move(next, file(id), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw OxException.of(ErrorCode.STORE_UNREADABLE, "the note %s: %s", file(id), e)
                    .causedBy(e);
        }
    }

    void delete(SandboxId id) {
        try {
            Files.deleteIfExists(file(id));
        } catch (IOException e) {
            throw OxException.of(ErrorCode.STORE_UNREADABLE, "the note %s: %s", file(id), e)
                    .causedBy(e);
        }
    }

    /** Deletes the notes of all but those. */
    void keepOnly(Set<SandboxId> there) {
        try (DirectoryStream<Path> notes =
                Files.newDirectoryStream(folder, SandboxId.PREFIX + "*")) {
            for (Path note : notes) {
                SandboxId id = new SandboxId(note.getFileName().toString());
                if (!there.contains(id)) {
                    delete(id);
                }
            }
        } catch (IOException e) {
            throw OxException.of(ErrorCode.STORE_UNREADABLE, "the notes in %s: %s", folder, e)
                    .causedBy(e);
        }
    }
}
