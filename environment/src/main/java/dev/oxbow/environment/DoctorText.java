package dev.oxbow.environment;

/** Prints a report for people: plain words that mean the same on a terminal and on a pipe. */
final class DoctorText {
    private DoctorText() {}

    static String of(DoctorReport report) {
        StringBuilder out = new StringBuilder();
        Host host = report.environment();
        out.append(
                "%s (%s), kernel %s, %s%n"
                        .formatted(
                                host.distribution(),
                                host.arch(),
                                host.kernel(),
                                host.root() ? "root" : "user"));
        int width =
                report.categories().stream()
                        .flatMap(category -> category.checks().stream())
                        .mapToInt(check -> check.name().length())
                        .max()
                        .orElse(0);
        for (Category category : report.categories()) {
            out.append('\n').append(category.name()).append('\n');
            for (Check check : category.checks()) {
                String name = check.name() + " ".repeat(width - check.name().length());
                out.append(
                        "  %-4s  %s  %s"
                                .formatted(word(check.status()), name, check.message())
                                .stripTrailing());
                out.append('\n');
                if (check.status() != Check.Status.PASSED && !check.detail().isBlank()) {
                    out.append("        ").append(" ".repeat(width)).append("  ");
                    out.append(check.detail()).append('\n');
                }
            }
        }
        DoctorReport.Summary summary = report.summary();
        out.append(
                "%n%d passed, %d warnings, %d failed, %d skipped%n"
                        .formatted(
                                summary.passed(),
                                summary.warnings(),
                                summary.failed(),
                                summary.skipped()));
        return out.toString();
    }

    private static String word(Check.Status status) {
        return switch (status) {
            case PASSED -> "ok";
            case WARNING -> "warn";
            case FAILED -> "FAIL";
            case SKIPPED -> "skip";
        };
    }
}
