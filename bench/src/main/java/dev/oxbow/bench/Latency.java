package dev.oxbow.bench;

import dev.oxbow.bench.peer.Command;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** How long a line that a command writes is on its way to a reader that waits for it. */
final class Latency {
    /** Prints the machine's monotonic clock, the one that Java reads too, again and again. */
    private static final String PROGRAM =
            "use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC usleep); $| = 1;"
                    + " for (1..shift) { usleep(5000); printf(\"%19.0f\\n\", 1e9 *"
                    + " clock_gettime(CLOCK_MONOTONIC)); }";

    private static final int LINE = 20;

    /** Lines at the beginning that are not counted. */
    private static final int WARMUP = 20;

    private final Sandbox sandbox;
    private final String tier;

    Latency(Sandbox sandbox, String tier) {
        this.sandbox = sandbox;
        this.tier = tier;
    }

    Row row(Course course) throws Exception {
        int count = WARMUP + course.rounds(1000);
        course.progress().printf("output latency: %d lines%n", count);
        String[] argv = {"perl", "-e", PROGRAM, Integer.toString(count)};
        List<Double> ours = new ArrayList<>();
        SandboxProcess process = sandbox.exec(ProcessSpec.of(argv));
        Lines.read(process, (long) LINE * count, Lines.cut(line -> ours.add(age(line))));
        OurStarts.succeed(process);
        List<Double> bare = new ArrayList<>();
        Process plain = Command.start(List.of(argv));
        Lines.read(
                plain.getInputStream(),
                (long) LINE * count,
                Lines.cut(line -> bare.add(age(line))));
        plain.destroyForcibly();
        return new Row(
                "output of a command → reader",
                "output-latency",
                "a program writes the clock every 5 ms; from that moment to the line in the hands"
                        + " of a reader that waits on the port.",
                Target.median(5),
                List.of(samples("oxbow", tier, ours), samples("pipe", "none", bare)));
    }

    private static double age(byte[] line) throws IOException {
        double millis =
                (System.nanoTime()
                                - Long.parseLong(
                                        new String(line, StandardCharsets.US_ASCII).strip()))
                        / 1e6;
        if (millis < -1 || millis > 60_000) {
            throw new IOException("the clock inside is not that of this machine");
        }
        return millis;
    }

    private static Samples samples(String name, String tier, List<Double> values) {
        return Samples.of(
                name,
                tier,
                Unit.MILLIS,
                values.stream().skip(WARMUP).mapToDouble(Double::doubleValue).toArray(),
                List.of());
    }
}
