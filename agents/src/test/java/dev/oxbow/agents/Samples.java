package dev.oxbow.agents;

import dev.oxbow.base.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The recorded streams, each cut into the runs it holds. */
final class Samples {
    private static final Path FOLDER = Path.of("src/test/resources/samples");

    private Samples() {}

    /**
     * One recorded run.
     *
     * @param sample name of the file without its ending
     * @param number which run of the file, from 0
     * @param output what the agent printed
     * @param end how its process ended
     */
    record Recorded(String sample, int number, List<String> output, ProcessEnd end) {
        byte[] bytes() {
            return (String.join("\n", output) + "\n").getBytes(StandardCharsets.UTF_8);
        }

        AgentName agent() {
            return AgentName.parse(
                    sample.startsWith("claude") ? "claude" : sample.split("-", 2)[0]);
        }

        DecoderContext context() {
            DecoderContext context = DecoderContext.fresh().withMcpServers(List.of("oxbow"));
            if (!sample.endsWith("-resume")) {
                return context;
            }
            Optional<SessionTotals> before =
                    Samples.all().stream()
                            .filter(r -> r.sample().equals(sample.replace("-resume", "")))
                            .flatMap(r -> {
                                StreamDecoder decoder = r.decoder();
                                decoder.stdout(r.bytes());
                                decoder.end(r.end());
                                return decoder.totals().stream();
                            })
                            .findFirst();
            return context.withResumed("earlier", before);
        }

        StreamDecoder decoder() {
            return AgentAdapter.of(agent()).decoder(context());
        }

        /** All events, with the output fed in one piece. */
        List<Decoded> decode() {
            StreamDecoder decoder = decoder();
            List<Decoded> events = new ArrayList<>(decoder.stdout(bytes()));
            events.addAll(decoder.end(end));
            return events;
        }

        @Override
        public String toString() {
            return sample + " #" + number;
        }
    }

    static List<Recorded> all() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("codex-rollout-excerpt.jsonl"))
                    .sorted()
                    .flatMap(name -> runs(name.replace(".jsonl", "")).stream())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Recorded> runs(String sample) {
        List<Recorded> runs = new ArrayList<>();
        List<String> current = new ArrayList<>();
        String session = "";
        for (String line : lines(sample)) {
            String of = session(Json.tree(line));
            if (!of.isEmpty() && !of.equals(session) && !current.isEmpty()) {
                runs.add(run(sample, runs.size(), current));
                current = new ArrayList<>();
            }
            session = of.isEmpty() ? session : of;
            current.add(line);
        }
        runs.add(run(sample, runs.size(), current));
        return runs;
    }

    static List<String> lines(String sample) {
        try {
            return Files.readAllLines(FOLDER.resolve(sample + ".jsonl"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Recorded run(String sample, int number, List<String> output) {
        return new Recorded(sample, number, List.copyOf(output), end(sample, number));
    }

    private static String session(JsonNode line) {
        for (String name : List.of("thread_id", "sessionID", "session_id")) {
            if (line.has(name)) {
                return line.path(name).asString("");
            }
        }
        return "";
    }

    /** How each recorded process ended, which the recordings themselves do not hold. */
    private static ProcessEnd end(String sample, int number) {
        return switch (sample) {
            case "codex-errors" ->
                    number == 4
                            ? ProcessEnd.by(ProcessEnd.Cause.TIMEOUT_IDLE)
                            : ProcessEnd.exited(1);
            case "claude-errors" -> ProcessEnd.exited(1);
            case "opencode-errors" -> number == 3 ? ProcessEnd.exited(143) : ProcessEnd.exited(1);
            case "gemini-errors" ->
                    ProcessEnd.exited(List.of(144, 145, 1, 173, 244, 0, 1).get(number));
            default -> ProcessEnd.exited(0);
        };
    }
}
