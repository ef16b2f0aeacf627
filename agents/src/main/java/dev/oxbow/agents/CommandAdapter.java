package dev.oxbow.agents;

/** Command. */
final class CommandAdapter implements AgentAdapter {
    @Override
    public AgentName name() {
        return AgentName.COMMAND;
    }

    @Override
    public Launch launch(LaunchRequest request) {
        throw new UnsupportedOperationException("not yet");
    }

    @Override
    public StreamDecoder decoder(DecoderContext context) {
        throw new UnsupportedOperationException("not yet");
    }
}
