package dev.oxbow.cli;

import picocli.CommandLine.Option;

/** Options that every command takes, at any place of its arguments. */
final class GlobalOptions {
    @Option(
            names = {"-q", "--quiet"},
            description = "No progress, only results and failures.")
    private boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            description = "More detail; stack traces of defects.")
    private boolean verbose;

    @Option(names = "--json", description = "JSON on standard output and nothing else.")
    private boolean json;

    @Option(names = "--no-interactive", hidden = true, description = "Never ask.")
    private boolean noInteractive;

    @Option(names = "--yes", hidden = true, description = "Answer every question with yes.")
    private boolean yes;

    /** Takes what the environment says where the arguments say nothing. */
    void completeFrom(Surroundings surroundings) {
        quiet |= surroundings.flag("OX_QUIET");
        verbose |= surroundings.flag("OX_VERBOSE");
        json |= surroundings.flag("OX_JSON");
        noInteractive |= surroundings.flag("OX_NO_INTERACTIVE");
        yes |= surroundings.flag("OX_YES");
    }

    boolean quiet() {
        return quiet;
    }

    boolean verbose() {
        return verbose;
    }

    boolean json() {
        return json;
    }

    /** The same for people. */
    GlobalOptions withoutJson() {
        GlobalOptions copy = new GlobalOptions();
        copy.quiet = quiet;
        copy.verbose = verbose;
        return copy;
    }

    boolean yes() {
        return yes;
    }

    boolean interactive(Surroundings surroundings) {
        return surroundings.terminal() && !noInteractive && !json;
    }
}
