package dev.oxbow.agents;

/** OpenCode. */
final class OpenCodeAdapter implements AgentAdapter {
    @Override
    public AgentName name() {
        return AgentName.OPENCODE;
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
