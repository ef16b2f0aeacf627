package dev.oxbow.bench;

import dev.oxbow.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Turns results into the table that people read and the raw file that others recompute. */
final class Report {
    private Report() {}

    /** A Markdown table: median and p99 in milliseconds, success, and the ratio of ours to each. */
    static String table(List<Race.Result> results) {
        StringBuilder out = new StringBuilder();
        out.append("| What | Subject | p50 ms | p99 ms | success | ours / it (p50) | target |\n");
        out.append("|---|---|---:|---:|---:|---:|---|\n");
        for (Race.Result result : results) {
            double ours = result.samples().getFirst().percentileMillis(0.5);
            for (int i = 0; i < result.samples().size(); i++) {
                Samples s = result.samples().get(i);
                boolean first = i == 0;
                out.append(
                        String.format(
                                Locale.ROOT,
                                "| %s | %s | %.2f | %.2f | %.0f %% | %s | %s |%n",
                                first ? result.title() : "",
                                s.name(),
                                s.percentileMillis(0.5),
                                s.percentileMillis(0.99),
                                100 * s.successRate(),
                                first
                                        ? ""
                                        : String.format(
                                                Locale.ROOT,
                                                "%.2f",
                                                ours / s.percentileMillis(0.5)),
                                first ? result.target() : ""));
            }
        }
        return out.toString();
    }

    /** Writes every sample as JSON. */
    static void keepRaw(Path file, List<Race.Result> results) throws IOException {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("version", 1);
        document.put("takenAt", Instant.now().toString());
        document.put("environment", environment());
        List<Object> races = new ArrayList<>();
        for (Race.Result result : results) {
            Map<String, Object> race = new LinkedHashMap<>();
            race.put("title", result.title());
            race.put("target", result.target());
            List<Object> subjects = new ArrayList<>();
            for (Samples s : result.samples()) {
                Map<String, Object> subject = new LinkedHashMap<>();
                subject.put("name", s.name());
                subject.put("failures", s.failures());
                subject.put("nanos", s.nanos());
                subjects.add(subject);
            }
            race.put("subjects", subjects);
            races.add(race);
        }
        document.put("results", races);
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, Json.writePretty(document));
    }

    private static Map<String, Object> environment() throws IOException {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("processors", Runtime.getRuntime().availableProcessors());
        facts.put("java", System.getProperty("java.vm.version", "unknown"));
        facts.put("kernel", System.getProperty("os.version", "unknown"));
        facts.put("arch", System.getProperty("os.arch", "unknown"));
        Path load = Path.of("/proc/loadavg");
        facts.put("loadAverage", Files.exists(load) ? Files.readString(load).strip() : "unknown");
        return facts;
    }
}
