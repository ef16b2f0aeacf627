package dev.oxbow.agents;

import dev.oxbow.agents.Launch.ModelKey;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Any command, run as it is. */
final class CommandAdapter implements AgentAdapter {
    @Override
    public AgentName name() {
        return AgentName.COMMAND;
    }

    @Override
    public Launch launch(LaunchRequest request) {
        if (request.entry().isEmpty() || request.entry().getFirst().isBlank()) {
            throw OxException.of(ErrorCode.INVALID_ARGUMENT, "there is no command to run")
                    .suggest("Write it after two dashes: ox run --agent command -- make test.");
        }
        if (request.resumeSession().isPresent()) {
            throw OxException.of(
                    ErrorCode.INVALID_ARGUMENT, "a command has no session to continue");
        }
        if (request.policy() == RunPolicy.READ_ONLY) {
            throw LaunchParts.cannotKeep(name(), request.policy());
        }
        return new Launch(
                request.entry(),
                LaunchParts.environment(request),
                ModelKey.NONE,
                List.of(),
                new byte[0],
                Optional.empty(),
                List.of(),
                new TreeSet<>(),
                List.of());
    }

    @Override
    public StreamDecoder decoder(DecoderContext context) {
        return new CommandDecoder(context);
    }
}
