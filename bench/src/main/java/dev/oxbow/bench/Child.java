package dev.oxbow.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Another Java of this benchmark, with the settings that {@code ox} has. Closing kills it. */
final class Child implements AutoCloseable {
    private final Process process;
    private final BufferedReader from;
    private final Writer to;
    private final long started;

    private Child(Process process, long started) {
        this.process = process;
        this.started = started;
        this.from =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.to = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** Starts a main class. */
    static Child start(Class<?> main, String... arguments) throws IOException {
        List<String> argv = new ArrayList<>();
        argv.add(ProcessHandle.current().info().command().orElse("java"));
        argv.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:-UsePerfData",
                        "-Xmx1g",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName()));
        argv.addAll(List.of(arguments));
        long started = System.nanoTime();
        return new Child(
                new ProcessBuilder(argv).redirectError(ProcessBuilder.Redirect.INHERIT).start(),
                started);
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** Waits for a line. */
    void expect(String line) throws IOException {
        String said = Optional.ofNullable(from.readLine()).orElse("nothing more");
        if (!said.equals(line)) {
            throw new IOException("said '" + said + "' and not '" + line + "'");
        }
    }

    /** Waits for a line; tells the milliseconds since the start of the process. */
    double after(String line) throws IOException {
        expect(line);
        return (System.nanoTime() - started) / 1e6;
    }

    /** Tells it something and waits for the answer. */
    void ask(String question, String answer) throws IOException {
        to.write(question + "\n");
        to.flush();
        expect(answer);
    }

    /** Ends it as {@code kill -9} does, and waits until it is gone. */
    void kill() {
        Process unusedGone = process.destroyForcibly().onExit().join();
    }

    /** Tells it something and reads the answer, a number. */
    long number(String question) throws IOException {
        to.write(question + "\n");
        to.flush();
        String answer = Optional.ofNullable(from.readLine()).orElse("nothing more");
        try {
            return Long.parseLong(answer);
        } catch (NumberFormatException e) {
            throw new IOException("said '" + answer + "' and not a number", e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
