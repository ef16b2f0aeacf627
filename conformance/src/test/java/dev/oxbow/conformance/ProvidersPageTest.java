package dev.oxbow.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.Json;
import dev.oxbow.posix.Posix;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.kit.Candidate;
import dev.oxbow.sandbox.kit.ProviderUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page of providers is printed from reports that are kept beside it; {@code -Ddocs.write=true}
 * prints it anew. Durations and counts of tests may age; capabilities and groups may not.
 */
class ProvidersPageTest {
    private static final Path DOCS = Path.of("../docs");
    private static final Path EXAMPLE =
            Path.of(
                    "../providers/fake/src/test/java/dev/oxbow/providers/fake",
                    "DirectoryWorldKitTest.java");
    private static final String AGAIN =
            "stale; make it anew with: ./ox providers test local --report"
                + " docs/conformance/local-root.json (as root), the same as an ordinary user with"
                + " local-user.json, then ./mvnw test -pl conformance -am -Dtest=ProvidersPageTest"
                + " -Ddocs.write=true -Dsurefire.failIfNoSpecifiedTests=false";

    private static ConformanceReport report(String name) throws IOException {
        return Json.read(
                Files.readString(DOCS.resolve("conformance").resolve(name)),
                ConformanceReport.class);
    }

    private static SequencedMap<String, ConformanceReport> reports() throws IOException {
        SequencedMap<String, ConformanceReport> reports = new LinkedHashMap<>();
        reports.put("`local`, as root", report("local-root.json"));
        reports.put("`local`, as an ordinary user", report("local-user.json"));
        return reports;
    }

    @Test
    void thePageShowsTheReports() throws IOException {
        String example = Files.readString(EXAMPLE);
        String page =
                new ProvidersPage(reports(), example.substring(example.indexOf("@TestInstance")))
                        .markdown();
        Path file = DOCS.resolve("providers.md");
        if (Boolean.getBoolean("docs.write")) {
            Files.writeString(file, page);
        }
        assertThat(file).as(AGAIN).hasContent(page);
    }

    @Test
    void theReportsCoverTheKitAsItIsAndNothingInThemFailed() throws IOException {
        for (ConformanceReport report : reports().values()) {
            assertThat(report.groups())
                    .as(AGAIN)
                    .extracting(ConformanceReport.Group::name)
                    .containsExactlyInAnyOrderElementsOf(
                            CandidateKit.groups().stream().map(Class::getSimpleName).toList());
            assertThat(report.holds()).isTrue();
            assertThat(report.capabilities())
                    .as(AGAIN)
                    .extracting(ConformanceReport.Claim::name)
                    .containsExactlyElementsOf(
                            Arrays.stream(Capability.values()).map(Capability::flag).toList());
        }
    }

    @Test
    void theReportsSayWhatTheProviderClaims(@TempDir Path folder) throws IOException {
        Candidate local =
                ServiceLoader.load(Candidate.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .filter(candidate -> candidate.name().equals("local"))
                        .findFirst()
                        .orElseThrow();
        try (ProviderUnderTest subject = local.open(folder);
                SandboxProvider provider = subject.open()) {
            boolean evidence = provider.capabilities().contains(Capability.OOM_SIGNAL);
            ConformanceReport of = report(evidence ? "local-root.json" : "local-user.json");
            Assumptions.assumeTrue(
                    of.machine().root() == Posix.isRoot(),
                    "SKIPPED: no report was made on a machine like this one");
            assertThat(
                            of.capabilities().stream()
                                    .filter(ConformanceReport.Claim::offered)
                                    .map(ConformanceReport.Claim::name))
                    .as(AGAIN)
                    .containsExactlyElementsOf(
                            Arrays.stream(Capability.values())
                                    .filter(provider.capabilities()::contains)
                                    .map(Capability::flag)
                                    .toList());
        }
    }
}
