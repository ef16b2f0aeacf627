package dev.oxbow.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An agent Oxbow can run.
 *
 * @param name as in {@code --agent}
 * @param version the pinned version
 * @param installed whether that version is in place
 * @param location where it is, if installed
 * @param detail one line for people, such as what is missing
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record AgentView(
        String name, String version, boolean installed, Optional<Path> location, String detail) {}
