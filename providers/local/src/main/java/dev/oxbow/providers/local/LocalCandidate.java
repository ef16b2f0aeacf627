package dev.oxbow.providers.local;

import dev.oxbow.sandbox.kit.Candidate;
import dev.oxbow.sandbox.kit.ProviderUnderTest;
import java.nio.file.Path;

/** The local provider, for {@code ox providers test local}. */
public final class LocalCandidate implements Candidate {
    /** For the service loader. */
    public LocalCandidate() {}

    @Override
    public String name() {
        return LocalProvider.NAME;
    }

    @Override
    public ProviderUnderTest open(Path folder) {
        return new LocalUnderTest(folder.resolve("data"));
    }
}
