package dev.oxbow.engine;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.oxbow.agents.EngineEvent;
import dev.oxbow.agents.Event;
import dev.oxbow.base.ByteSize;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.Json;
import dev.oxbow.base.OxException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/**
 * What happened to sandboxes while no run was there to tell it: one event a line. Two files of at
 * most a megabyte are kept.
 */
final class HouseLog {
    private static final ByteSize MOST = ByteSize.mebibytes(1);

    private final Path file;

    HouseLog(Path file) {
        this.file = file;
    }

    private record Line(Instant ts, String type, @JsonUnwrapped Event event) {}

    void tell(EngineEvent event) {
        try {
            if (file.toFile().length() >= MOST.bytes()) {
                Path older = file.resolveSibling(file.getFileName() + ".1");
                Files.move(file, older, StandardCopyOption.REPLACE_EXISTING);
            }
            String line = Json.write(new Line(Instant.now(), event.type(), event)) + "\n";
            Files.write(
                    file,
                    line.getBytes(StandardCharsets.UTF_8),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw OxException.of(ErrorCode.STORE_UNREADABLE, "%s cannot be written: %s", file, e)
                    .causedBy(e);
        }
    }
}
