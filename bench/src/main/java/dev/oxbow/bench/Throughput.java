package dev.oxbow.bench;

import dev.oxbow.base.Json;
import dev.oxbow.bench.peer.Command;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** How much goes from a command to a reader that keeps up, with nothing lost. */
final class Throughput {
    private static final String EVENT =
            "{\"type\":\"item.completed\",\"item\":{\"id\":\"item_1\",\"type\":\"agent_message\",\"text\":\"The"
                + " test passes now; the cause was an index that began at one.\"}}";

    private final Sandbox sandbox;
    private final String tier;

    Throughput(Sandbox sandbox, String tier) {
        this.sandbox = sandbox;
        this.tier = tier;
    }

    List<Row> rows(Course course) {
        long bytes = course.either(512, 64) * 1024L * 1024;
        int events = course.either(500_000, 50_000);
        int rounds = course.either(5, 2);
        String blocks = "head -c " + bytes + " /dev/zero";
        String lines = "yes '" + EVENT + "' | head -n " + events;
        long[] seen = {0};
        Lines.Bytes counting = piece -> seen[0] += piece.length;
        Lines.Bytes parsing =
                Lines.cut(line -> {
                    String type =
                            Json.tree(new String(line, StandardCharsets.UTF_8))
                                    .get("type")
                                    .asString();
                    if (!type.equals("item.completed")) {
                        throw new IOException("another event: " + type);
                    }
                });
        long length = (long) (EVENT.length() + 1) * events;
        double mebibytes = bytes / 1024.0 / 1024;
        return List.of(
                row(
                        course,
                        "sustained output, bytes",
                        "throughput-bytes",
                        "`head -c %d MiB /dev/zero`, from `exec` to the last byte in the reader's hands, through the files that keep it (64 MiB of them); a byte lost fails the round."
                                .formatted(bytes >> 20),
                        Target.NONE,
                        Unit.MEBIBYTES_PER_SECOND,
                        rounds,
                        mebibytes,
                        blocks,
                        bytes,
                        counting),
                row(
                        course,
                        "sustained output, events",
                        "throughput-events",
                        "%d lines of %d bytes of JSON, likewise, each cut out and parsed by the reader."
                                .formatted(events, EVENT.length() + 1),
                        Target.rate(50_000),
                        Unit.PER_SECOND,
                        rounds,
                        events,
                        lines,
                        length,
                        parsing));
    }

    private Row row(
            Course course,
            String title,
            String mode,
            String method,
            Target target,
            Unit unit,
            int rounds,
            double amount,
            String command,
            long bytes,
            Lines.Bytes to) {
        course.progress().printf("%s: %d rounds%n", title, rounds);
        Tally ours = new Tally(amount);
        Tally bare = new Tally(amount);
        for (int round = 0; round <= rounds; round++) {
            ours.take(
                    round > 0,
                    () -> Lines.read(sandbox.exec(ProcessSpec.of("sh", "-c", command)), bytes, to),
                    course);
            bare.take(
                    round > 0,
                    () -> {
                        Process plain = Command.start(List.of("sh", "-c", command));
                        try {
                            Lines.read(plain.getInputStream(), bytes, to);
                        } finally {
                            plain.destroyForcibly();
                        }
                    },
                    course);
        }
        return new Row(
                title,
                mode,
                method,
                target,
                List.of(ours.samples("oxbow", tier, unit), bare.samples("pipe", "none", unit)));
    }

    /** Rates of one subject. */
    private static final class Tally {
        private final double amount;
        private final List<Double> rates = new ArrayList<>();
        private final List<String> failures = new ArrayList<>();

        Tally(double amount) {
            this.amount = amount;
        }

        void take(boolean counts, Subject.Work work, Course course) {
            long start = System.nanoTime();
            try {
                work.run();
                if (counts) {
                    rates.add(amount / ((System.nanoTime() - start) / 1e9));
                }
            } catch (Exception e) {
                course.progress().printf("  failed: %s%n", e);
                if (counts) {
                    failures.add(String.valueOf(e.getMessage()));
                }
            }
        }

        Samples samples(String name, String wall, Unit unit) {
            return Samples.of(
                    name,
                    wall,
                    unit,
                    rates.stream().mapToDouble(Double::doubleValue).toArray(),
                    failures);
        }
    }
}
