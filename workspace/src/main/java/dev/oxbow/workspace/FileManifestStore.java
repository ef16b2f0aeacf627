package dev.oxbow.workspace;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.Id;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Manifests as files of a directory, one for each sandbox and each checkpoint. */
public final class FileManifestStore implements ManifestStore {
    private final Path directory;

    /** A store in that directory, which is made when it is first needed. */
    public FileManifestStore(Path directory) {
        this.directory = directory;
    }

    @Override
    public Optional<Manifest> load(SandboxId sandbox) {
        return read(sandbox);
    }

    @Override
    public void save(Manifest manifest) {
        write(manifest.sandbox(), manifest);
    }

    @Override
    public void delete(SandboxId sandbox) {
        remove(sandbox);
    }

    @Override
    public Optional<Manifest> load(CheckpointId checkpoint) {
        return read(checkpoint);
    }

    @Override
    public void save(CheckpointId checkpoint, Manifest manifest) {
        write(checkpoint, manifest);
    }

    @Override
    public void delete(CheckpointId checkpoint) {
        remove(checkpoint);
    }

    private Optional<Manifest> read(Id of) {
        try {
            return Optional.of(Manifest.decode(Files.readAllBytes(file(of))));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed("read", of, e);
        }
    }

    private void write(Id of, Manifest manifest) {
        try {
            Durable.write(file(of), manifest.encode());
        } catch (IOException e) {
            throw failed("written", of, e);
        }
    }

    private void remove(Id of) {
        try {
            Files.deleteIfExists(file(of));
        } catch (IOException e) {
            throw failed("removed", of, e);
        }
    }

    private Path file(Id of) {
        return directory.resolve(of.value() + ".manifest");
    }

    private static OxException failed(String verb, Id of, IOException cause) {
        return OxException.of(
                        ErrorCode.STORE_UNREADABLE,
                        "the manifest of %s cannot be %s: %s",
                        of.value(),
                        verb,
                        cause)
                .causedBy(cause);
    }
}
