package dev.oxbow.providers.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The record of one sandbox, read again whenever its file is another: records are replaced, never
 * changed. Safe for concurrent use.
 */
final class SandboxStore {
    private static final String FACTS = "unix:dev,ino,size,lastModifiedTime,ctime";

    private record Known(Map<String, Object> facts, StoredSandbox record) {}

    private final Path file;
    private volatile Optional<Known> last = Optional.empty();

    SandboxStore(Path file) {
        this.file = file;
    }

    /**
     * The record as it is now.
     *
     * @return empty only if it is proven absent
     */
    Optional<StoredSandbox> read() {
        // Looked at first: a record that comes in between is then read once more, not missed.
        Optional<Map<String, Object>> facts = facts();
        Optional<Known> known = last;
        if (facts.isPresent() && known.isPresent() && known.get().facts().equals(facts.get())) {
            return Optional.of(known.get().record());
        }
        Optional<StoredSandbox> read = StoredSandbox.read(file);
        last = read.flatMap(r -> facts.map(f -> new Known(f, r)));
        return read;
    }

    private Optional<Map<String, Object>> facts() {
        try {
            return Optional.of(Files.readAttributes(file, FACTS, LinkOption.NOFOLLOW_LINKS));
        } catch (IOException unknown) {
            return Optional.empty();
        }
    }
}
