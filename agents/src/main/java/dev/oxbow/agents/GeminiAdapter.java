package dev.oxbow.agents;

/** Gemini. */
final class GeminiAdapter implements AgentAdapter {
    @Override
    public AgentName name() {
        return AgentName.GEMINI;
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
