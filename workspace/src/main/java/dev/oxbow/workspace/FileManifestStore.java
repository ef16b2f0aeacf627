package dev.oxbow.workspace;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Manifests as files of a directory, one for each sandbox. */
public final class FileManifestStore implements ManifestStore {
    private final Path directory;

    /** A store in that directory, which is made when it is first needed. */
    public FileManifestStore(Path directory) {
        this.directory = directory;
    }

    @Override
    public Optional<Manifest> load(SandboxId sandbox) {
        try {
            return Optional.of(Manifest.decode(Files.readAllBytes(file(sandbox))));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed("read", sandbox, e);
        }
    }

    @Override
    public void save(Manifest manifest) {
        try {
            Durable.write(file(manifest.sandbox()), manifest.encode());
        } catch (IOException e) {
            throw failed("written", manifest.sandbox(), e);
        }
    }

    @Override
    public void delete(SandboxId sandbox) {
        try {
            Files.deleteIfExists(file(sandbox));
        } catch (IOException e) {
            throw failed("removed", sandbox, e);
        }
    }

    private Path file(SandboxId sandbox) {
        return directory.resolve(sandbox + ".manifest");
    }

    private static OxException failed(String verb, SandboxId sandbox, IOException cause) {
        return OxException.of(
                        ErrorCode.STORE_UNREADABLE,
                        "the manifest of %s cannot be %s: %s",
                        sandbox,
                        verb,
                        cause)
                .causedBy(cause);
    }
}
