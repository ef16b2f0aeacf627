package dev.oxbow.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.Json;
import dev.oxbow.conformance.ConformanceReport.Group;
import dev.oxbow.conformance.ConformanceReport.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.CancellationToken;

/** What the report says of a provider that conforms, one that does not, and one cut short. */
class KitRunTest {
    private final List<String> told = new ArrayList<>();

    private ConformanceReport run(boolean defective, CancellationToken token, String... groups) {
        List<String> words = new ArrayList<>(List.of("--provider", "fake", "--folder", "/tmp"));
        for (String group : groups) {
            words.addAll(List.of("--group", group));
        }
        try (FakeSubject subject = new FakeSubject(defective)) {
            return new KitRun(KitRequest.parse(words), subject, List.of(), token)
                    .execute(group -> told.add(group.name()));
        }
    }

    private static Outcome outcome(ConformanceReport report, String id) {
        return report.all().tests().stream()
                .filter(test -> test.id().equals(id))
                .map(ConformanceReport.Test::outcome)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aProviderThatConformsIsSaidToAndItsLacksAreNoFailures() {
        ConformanceReport report = run(false, CancellationToken.create(), "terminals", "MEMORY");

        assertThat(report.holds()).isTrue();
        assertThat(told).containsExactly("Memory", "Terminals");
        assertThat(report.groups()).extracting(Group::name).containsExactly("Memory", "Terminals");
        assertThat(report.all().failed()).isZero();
        assertThat(outcome(report, "Terminals.keystrokesReachTheCommand")).isEqualTo(Outcome.LACK);
        assertThat(report.groups().getFirst().tests())
                .extracting(ConformanceReport.Test::name)
                .anyMatch(name -> name.startsWith("f13: being killed within the limit"));
        assertThat(String.join("\n", ReportText.summary(report)))
                .contains("fake conforms")
                .doesNotContain("FAILED");
    }

    @Test
    void aRefusalCountsAsProvenOnceATestSawIt() {
        ConformanceReport whole = run(false, CancellationToken.create(), "Terminals");
        ConformanceReport part = run(false, CancellationToken.create(), "Memory");

        assertThat(whole.capabilities())
                .contains(new ConformanceReport.Claim("pty", false, true))
                .contains(new ConformanceReport.Claim("stop.resume", true, false));
        assertThat(part.capabilities()).contains(new ConformanceReport.Claim("pty", false, false));
    }

    @Test
    void aDefectIsAFailureWithItsReason() {
        ConformanceReport report = run(true, CancellationToken.create(), "Memory");

        assertThat(report.holds()).isFalse();
        assertThat(report.all().failed()).isPositive();
        assertThat(String.join("\n", ReportText.summary(report)))
                .contains("does not conform", "FAILED   Memory.f13_", "create");
    }

    @Test
    void aTestThatIsStoppedSaysThatItIsNotComplete() {
        CancellationToken token = CancellationToken.create();
        token.cancel();

        ConformanceReport report = run(false, token, "Memory");

        assertThat(report.cancelled()).isTrue();
        assertThat(report.holds()).isFalse();
        assertThat(String.join("\n", ReportText.summary(report))).contains("cancelled: fake");
    }

    @Test
    void theReportIsReadBackAsItWasWritten() {
        ConformanceReport report = run(false, CancellationToken.create(), "Memory");

        String json = Json.writePretty(report);

        assertThat(json).contains("\"outcome\" : \"passed\"", "\"outcome\" : \"lack\"");
        assertThat(Json.read(json, ConformanceReport.class)).isEqualTo(report);
    }

    @Test
    void groupsTestedAgainReplaceTheirsInAnEarlierReport() {
        ConformanceReport earlier = run(true, CancellationToken.create(), "Memory", "Terminals");
        ConformanceReport later = run(false, CancellationToken.create(), "Memory");

        ConformanceReport whole = later.over(earlier);

        assertThat(whole.groups()).extracting(Group::name).containsExactly("Memory", "Terminals");
        assertThat(whole.groups().getFirst()).isEqualTo(later.groups().getFirst());
        assertThat(whole.groups().getLast()).isEqualTo(earlier.groups().getLast());
    }

    @Test
    void aGroupThatIsNotInTheKitIsRefusedWithThoseThatAre() {
        assertThatThrownBy(() -> run(false, CancellationToken.create(), "Nonsense"))
                .hasMessageContaining("no group 'Nonsense'")
                .hasMessageContaining("Lifecycle");
    }
}
