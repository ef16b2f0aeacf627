package dev.oxbow.agents;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * An event and the agent's own words for it, not yet redacted.
 *
 * @param event what happened
 * @param nativeObject the object it was read from; empty for what the decoder concluded itself
 */
public record Decoded(AgentEvent event, Optional<JsonNode> nativeObject) {}
