package dev.oxbow.conformance;

import dev.oxbow.conformance.ConformanceReport.Claim;
import dev.oxbow.conformance.ConformanceReport.Group;
import dev.oxbow.posix.Posix;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Finding;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.kit.ProviderUnderTest;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.platform.engine.CancellationToken;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.store.Namespace;
import org.junit.platform.launcher.LauncherConstants;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherExecutionRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** One pass of the kit over one provider. */
final class KitRun {
    private final KitRequest request;
    private final ProviderUnderTest subject;
    private final List<Finding> examination;
    private final CancellationToken token;

    KitRun(
            KitRequest request,
            ProviderUnderTest subject,
            List<Finding> examination,
            CancellationToken token) {
        this.request = request;
        this.subject = subject;
        this.examination = examination;
        this.token = token;
    }

    /** Runs the tests one after the other; tells of each group when it is through. */
    ConformanceReport execute(Consumer<Group> ended) {
        Collector collector = new Collector(ended);
        Instant startedAt = Instant.now();
        try (LauncherSession session = LauncherFactory.openSession()) {
            session.getStore()
                    .put(Namespace.create(SessionSubject.class), SessionSubject.KEY, subject);
            session.getLauncher()
                    .execute(
                            LauncherExecutionRequestBuilder.request(
                                            LauncherDiscoveryRequestBuilder.request()
                                                    .selectors(selectors())
                                                    .configurationParameter(
                                                            LauncherConstants
                                                                    .STACKTRACE_PRUNING_ENABLED_PROPERTY_NAME,
                                                            "true")
                                                    .build())
                                    .listeners(collector)
                                    .cancellationToken(token)
                                    .build());
        }
        return report(collector, startedAt);
    }

    private List<DiscoverySelector> selectors() {
        return CandidateKit.groups().stream()
                .filter(group ->
                        request.groups().isEmpty()
                                || request.groups().contains(group.getSimpleName()))
                .map(group ->
                        (DiscoverySelector)
                                DiscoverySelectors.selectNestedClass(
                                        List.of(CandidateKit.class), group))
                .toList();
    }

    private ConformanceReport report(Collector collector, Instant startedAt) {
        try (SandboxProvider provider = subject.open()) {
            Set<Capability> offered = provider.capabilities();
            Set<String> proven = collector.provenRefusals();
            return new ConformanceReport(
                    1,
                    request.version(),
                    provider.name(),
                    provider.tier().wire(),
                    machine(),
                    startedAt,
                    Instant.now(),
                    token.isCancellationRequested(),
                    examination,
                    Arrays.stream(Capability.values())
                            .map(c ->
                                    new Claim(
                                            c.flag(),
                                            offered.contains(c),
                                            !offered.contains(c) && proven.contains(c.flag())))
                            .toList(),
                    collector.groups());
        }
    }

    private static ConformanceReport.Machine machine() {
        Optional<Long> memory =
                ManagementFactory.getOperatingSystemMXBean()
                                instanceof com.sun.management.OperatingSystemMXBean system
                        ? Optional.of(system.getTotalMemorySize())
                        : Optional.empty();
        return new ConformanceReport.Machine(
                System.getProperty("os.name", "") + " " + System.getProperty("os.version", ""),
                System.getProperty("os.arch", "unknown"),
                Runtime.getRuntime().availableProcessors(),
                memory,
                Runtime.version().toString(),
                Posix.isRoot());
    }
}
