package dev.oxbow.cli;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.engine.RunRequest;
import dev.oxbow.sandbox.Tier;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How strong the walls are to be, of every command that may make a sandbox. */
final class TierOptions {
    private static final String KNOWN = "--i-know-this-is-not-isolated";

    @Option(
            names = "--tier",
            paramLabel = "TIER",
            completionCandidates = Choices.Tiers.class,
            description =
                    "Least strength of the walls: namespace (default), or process: none. gvisor and"
                            + " microvm are not built yet.")
    private Optional<String> tier = Optional.empty();

    @Option(
            names = KNOWN,
            description = "Needed with --tier process: the command can do all that you can.")
    private boolean known;

    /** What was asked for; empty for the usual. No walls only if that was said to be known. */
    Optional<Tier> tier() {
        Optional<Tier> wanted = tier.map(TierOptions::parse);
        boolean bare = wanted.filter(t -> !t.isolates()).isPresent();
        if (bare && !known) {
            throw usage(
                    "--tier process has no walls: the command could read, change and reach all that"
                            + " you can",
                    "If that is what you want, add " + KNOWN + ".");
        }
        if (known && !bare) {
            throw usage(KNOWN + " goes with --tier process only", "Leave it out.");
        }
        return wanted;
    }

    /** The same for a run. */
    void addTo(RunRequest.Builder request) {
        tier().ifPresent(wanted -> {
            if (wanted.isolates()) {
                request.tier(wanted);
            } else {
                request.withoutWalls();
            }
        });
    }

    private static Tier parse(String text) {
        return Arrays.stream(Tier.values())
                .filter(t -> t.wire().equals(text.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() ->
                        usage(
                                "'" + text + "' is no tier",
                                "Use process, namespace, container, gvisor or microvm."));
    }

    private static OxException usage(String problem, String advice) {
        return OxException.of(ErrorCode.INVALID_ARGUMENT, "%s", problem).suggest("%s", advice);
    }
}
