package dev.oxbow.environment;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.oxbow.base.Json;
import java.util.List;

/**
 * What {@code ox doctor} found.
 *
 * @param environment the machine
 * @param categories the checks
 * @param availableFixes slugs of the checks that {@code --fix} could put right
 */
@JsonPropertyOrder({"environment", "categories", "summary", "available_fixes"})
public record DoctorReport(
        Host environment,
        List<Category> categories,
        @JsonProperty("available_fixes") List<String> availableFixes) {
    /** Copies the lists. */
    public DoctorReport {
        categories = List.copyOf(categories);
        availableFixes = List.copyOf(availableFixes);
    }

    /** A report of those checks; none can be fixed by {@code ox} itself yet. */
    public static DoctorReport of(Host host, List<Category> categories) {
        List<String> fixes =
                categories.stream()
                        .flatMap(category -> category.checks().stream())
                        .filter(check -> check.status() != Check.Status.PASSED)
                        .filter(check -> check.fixLevel() != Check.FixLevel.CHECK_ONLY)
                        .map(Check::slug)
                        .toList();
        return new DoctorReport(host, categories, fixes);
    }

    /** How many checks there are of each status. */
    @JsonProperty("summary")
    public Summary summary() {
        return new Summary(
                count(Check.Status.PASSED),
                count(Check.Status.WARNING),
                count(Check.Status.FAILED),
                count(Check.Status.SKIPPED));
    }

    private int count(Check.Status status) {
        return (int)
                categories.stream()
                        .flatMap(category -> category.checks().stream())
                        .filter(check -> check.status() == status)
                        .count();
    }

    /** Exit code of {@code ox doctor}: 1 if any check failed, else 0. */
    @JsonIgnore
    public int exitCode() {
        return summary().hasFailed() ? 1 : 0;
    }

    /** One JSON document, indented, with a final line end. */
    public String toJson() {
        return Json.writePretty(this);
    }

    /** Lines for people, with a final line end. */
    public String toText() {
        return DoctorText.of(this);
    }

    /** Counts by status. */
    @JsonPropertyOrder({"passed", "warnings", "failed", "skipped", "has_failed"})
    public record Summary(int passed, int warnings, int failed, int skipped) {
        /** Whether any check failed. */
        @JsonProperty("has_failed")
        public boolean hasFailed() {
            return failed > 0;
        }
    }
}
