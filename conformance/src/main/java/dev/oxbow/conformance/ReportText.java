package dev.oxbow.conformance;

import dev.oxbow.conformance.ConformanceReport.Claim;
import dev.oxbow.conformance.ConformanceReport.Group;
import dev.oxbow.conformance.ConformanceReport.Outcome;
import dev.oxbow.conformance.ConformanceReport.Test;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The report as people read it: rows while it grows, then what needs their attention. */
final class ReportText {
    private static final String ROW = "%-18s %7s %7s %7s %8s %9s";
    private static final int MOST_LINES = 12;

    private ReportText() {}

    static String header() {
        return ROW.formatted("GROUP", "PASSED", "FAILED", "LACKS", "SKIPPED", "SECONDS");
    }

    /** Tests of refusals where nothing is to be refused are no matter of anybody's. */
    static String row(Group group) {
        return ROW.formatted(
                group.name(),
                group.passed(),
                group.failed(),
                group.lacks(),
                group.skipped(),
                seconds(group.durationMs()));
    }

    private static String seconds(long ms) {
        return String.format(Locale.ROOT, "%.1f", ms / 1000.0);
    }

    /** All that comes after the rows. */
    static List<String> summary(ConformanceReport report) {
        List<String> lines = new ArrayList<>();
        lines.add(row(report.all()));
        lines.add("");
        lines.add("offers   " + names(report, true));
        lines.add("lacks    " + names(report, false));
        tests(report, Outcome.FAILED)
                .forEach(test -> {
                    lines.add("");
                    lines.add("FAILED   " + test.id());
                    test.message()
                            .lines()
                            .limit(MOST_LINES)
                            .forEach(line -> lines.add("         " + line));
                });
        Map<String, List<String>> skipped = new TreeMap<>();
        tests(report, Outcome.SKIPPED)
                .forEach(test ->
                        skipped.computeIfAbsent(
                                        test.message().lines().findFirst().orElse("no reason"),
                                        _ -> new ArrayList<>())
                                .add(test.id()));
        skipped.forEach((reason, ids) -> {
            lines.add("");
            lines.add("SKIPPED  " + reason);
            ids.forEach(id -> lines.add("         " + id));
        });
        lines.add("");
        lines.add(verdict(report));
        return lines;
    }

    private static String verdict(ConformanceReport report) {
        if (report.cancelled()) {
            return "cancelled: " + report.provider() + " is not tested to the end";
        }
        int failed = report.all().failed();
        int skipped = report.all().skipped();
        String rest = skipped == 0 ? "" : "; " + skipped + " tests were SKIPPED and prove nothing";
        if (failed > 0) {
            return report.provider() + " does not conform: " + failed + " tests failed" + rest;
        }
        return report.holds()
                ? report.provider() + " conforms" + rest
                : "nothing was tested" + rest;
    }

    private static List<Test> tests(ConformanceReport report, Outcome outcome) {
        return report.all().tests().stream().filter(test -> test.outcome() == outcome).toList();
    }

    private static String names(ConformanceReport report, boolean offered) {
        String names =
                report.capabilities().stream()
                        .filter(claim -> claim.offered() == offered)
                        .map(claim -> claim.name() + proof(claim))
                        .collect(Collectors.joining(", "));
        return names.isEmpty() ? "nothing" : names;
    }

    private static String proof(Claim claim) {
        return claim.refusalProven() ? " (refused as it should be)" : "";
    }
}
