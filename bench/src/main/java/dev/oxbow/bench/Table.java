package dev.oxbow.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The Markdown that people read, made from nothing but the raw results. */
final class Table {
    private Table() {}

    /** One table of all rows, and below it how each was measured. */
    static String of(List<Result> results) {
        Map<String, List<Result>> rows = new LinkedHashMap<>();
        results.forEach(
                r -> rows.computeIfAbsent(r.part() + "/" + r.row(), _ -> new ArrayList<>()).add(r));
        StringBuilder out =
                new StringBuilder(
                        """
                        | What | Subject | tier | n | p50 | p99 | worst | success | score | ours / it | target | reached |
                        |---|---|---|---:|---:|---:|---:|---:|---:|---:|---|---|
                        """);
        rows.values().forEach(row -> row.forEach(r -> out.append(line(row.getFirst(), r))));
        out.append("\nHow each was measured:\n");
        rows.values().forEach(row -> out.append(method(row.getFirst())));
        return out.toString();
    }

    private static String line(Result first, Result result) {
        String title = result.ours() ? result.row() : "";
        Optional<Result.Stats> stats = result.stats();
        if (result.skipped()) {
            return "| %s | %s | – | 0 | | | | | | | | not to be had: %s |%n"
                    .formatted(
                            title, cell(result.provider()), cell(result.skipReason().orElse("?")));
        }
        return "| %s | %s | %s | %d | %s | %s | %s | %s | %s | %s | %s | %s |%n"
                .formatted(
                        title,
                        cell(result.provider()),
                        result.tier(),
                        result.iterations().size(),
                        stats.map(s -> figure(s.median(), result.unit())).orElse("–"),
                        stats.map(s -> figure(s.p99(), result.unit())).orElse("–"),
                        stats.map(s -> result.unit().moreIsBetter() ? s.min() : s.max())
                                .map(value -> figure(value, result.unit()))
                                .orElse("–"),
                        percent(result.successRate()),
                        result.compositeScore()
                                .map(score -> String.format(Locale.ROOT, "%.2f", score))
                                .orElse(""),
                        result.ours() ? "" : ratio(first, result),
                        result.ours() ? target(result) : "",
                        result.targetReached()
                                .map(reached -> reached ? "yes" : "**no**")
                                .orElse(""));
    }

    private static String target(Result result) {
        return result.target().isEmpty() ? "" : result.target() + " " + result.unit().symbol();
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace('\n', ' ');
    }

    private static String percent(double share) {
        return share == 1 ? "100 %" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    private static String ratio(Result ours, Result other) {
        // Further lines of ours are no peers.
        if (other.provider().startsWith(ours.provider().split("[ ,]", 2)[0])
                || ours.stats().isEmpty()
                || other.stats().isEmpty()
                || ours.unit() != other.unit()
                || other.stats().get().median() == 0) {
            return "";
        }
        double ratio = ours.stats().get().median() / other.stats().get().median();
        return String.format(Locale.ROOT, ratio < 10 ? "%.2f" : "%.0f", ratio);
    }

    private static String figure(double value, Unit unit) {
        String form = value >= 1000 ? "%.0f %s" : value >= 100 ? "%.1f %s" : "%.2f %s";
        return String.format(Locale.ROOT, form, value, unit.symbol());
    }

    private static String method(Result result) {
        return result.method().isEmpty()
                ? ""
                : "- *%s*: %s%n".formatted(result.row(), result.method());
    }
}
