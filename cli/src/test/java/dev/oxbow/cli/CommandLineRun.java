package dev.oxbow.cli;

import dev.oxbow.engine.Engine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** What one call of {@code ox} printed and how it ended. */
record CommandLineRun(int exitCode, String out, String err) {
    static final Path CWD = Path.of("/work/tree");

    static CommandLineRun of(Engine engine, String... args) {
        return of(engine, "", Map.of(), args);
    }

    static CommandLineRun of(
            Engine engine, String input, Map<String, String> environment, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Surroundings surroundings =
                new Surroundings(
                        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                        new PrintStream(out, false, StandardCharsets.UTF_8),
                        new PrintStream(err, false, StandardCharsets.UTF_8),
                        false,
                        CWD,
                        environment,
                        () -> engine);
        int code = new Cli(surroundings).run(args);
        return new CommandLineRun(
                code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
