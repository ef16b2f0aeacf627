package dev.oxbow.engine;

import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Finding;
import dev.oxbow.sandbox.SandboxProvider;
import java.util.Arrays;
import java.util.List;

/**
 * A provider that sandboxes can be made with.
 *
 * @param name as in configuration
 * @param tier what walls it claims
 * @param usable whether it has all that it cannot do without
 * @param capabilities flags of what it offers
 * @param lacks flags of what it does not
 * @param findings how each of its parts stands
 */
public record ProviderView(
        String name,
        String tier,
        boolean usable,
        List<String> capabilities,
        List<String> lacks,
        List<Finding> findings) {
    /** Copies the lists. */
    public ProviderView {
        capabilities = List.copyOf(capabilities);
        lacks = List.copyOf(lacks);
        findings = List.copyOf(findings);
    }

    /** Examines a provider. */
    static ProviderView of(SandboxProvider provider) {
        List<Finding> findings = provider.examine();
        return new ProviderView(
                provider.name(),
                provider.tier().wire(),
                findings.stream().noneMatch(f -> f.status() == Finding.Status.MISSING),
                flags(provider, true),
                flags(provider, false),
                findings);
    }

    private static List<String> flags(SandboxProvider provider, boolean offered) {
        return Arrays.stream(Capability.values())
                .filter(c -> provider.capabilities().contains(c) == offered)
                .map(Capability::flag)
                .toList();
    }
}
