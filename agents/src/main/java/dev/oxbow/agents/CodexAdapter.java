package dev.oxbow.agents;

/** Codex. */
final class CodexAdapter implements AgentAdapter {
    @Override
    public AgentName name() {
        return AgentName.CODEX;
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
