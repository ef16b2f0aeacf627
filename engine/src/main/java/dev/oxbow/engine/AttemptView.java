package dev.oxbow.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.oxbow.agents.AgentEvent;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One attempt, as it is compared with others.
 *
 * @param run the run
 * @param insertions lines that it added, once its work was brought back
 * @param deletions lines that it removed
 * @param usage what its agent used, once it has ended and if it told
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record AttemptView(
        RunView run,
        OptionalInt insertions,
        OptionalInt deletions,
        Optional<AgentEvent.Usage> usage) {}
