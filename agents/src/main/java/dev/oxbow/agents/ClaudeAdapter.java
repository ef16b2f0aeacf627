package dev.oxbow.agents;

/** Claude. */
final class ClaudeAdapter implements AgentAdapter {
    @Override
    public AgentName name() {
        return AgentName.CLAUDE_CODE;
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
