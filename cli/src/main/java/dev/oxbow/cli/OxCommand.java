package dev.oxbow.cli;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.Json;
import dev.oxbow.base.OxException;
import dev.oxbow.engine.Engine;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * What all commands share: their options, their surroundings, and the engine while they run.
 *
 * <p>A command returns its exit code and throws what went wrong; {@link Cli} turns that into one
 * line and a code.
 */
abstract class OxCommand implements Callable<Integer> {
    /** The command did what it was asked. */
    static final int OK = 0;

    private final Surroundings surroundings;

    @Mixin private GlobalOptions options = new GlobalOptions();

    @SuppressWarnings("unused") // picocli reads it
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    OxCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public final Integer call() throws Exception {
        options.completeFrom(surroundings);
        return execute();
    }

    /**
     * Does the work.
     *
     * @return the exit code
     */
    abstract int execute() throws Exception;

    final Surroundings surroundings() {
        return surroundings;
    }

    final GlobalOptions options() {
        return options;
    }

    final Style style() {
        return new Style(surroundings.colour());
    }

    /**
     * Opens the engine and takes up what a killed process left, and keeps house; the caller closes
     * it.
     */
    final Engine engine() {
        Engine engine = engineAsItIs();
        try {
            engine.recover();
            engine.keepHouse();
            return engine;
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    /** Opens the engine and nothing else; the caller closes it. */
    final Engine engineAsItIs() {
        return surroundings.engines().get();
    }

    /** What was asked for cannot be; nothing was done. */
    static OxException usage(String message, String suggestion) {
        return OxException.of(ErrorCode.INVALID_ARGUMENT, "%s", message).suggest("%s", suggestion);
    }

    final void print(String line) {
        surroundings.out().println(line);
    }

    /** A document as the whole of standard output. */
    final void printDocument(Object value) {
        surroundings.out().print(Json.writePretty(value));
    }

    /** Progress for people; silent with {@code --quiet}. */
    final void note(String line) {
        if (!options.quiet()) {
            surroundings.err().println(line);
            surroundings.err().flush();
        }
    }
}
