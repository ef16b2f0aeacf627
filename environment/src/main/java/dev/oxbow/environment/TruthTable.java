package dev.oxbow.environment;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What becomes of each command where a capability is missing. Who asks for a missing one is told
 * here, not by each command in its own words.
 */
public final class TruthTable {
    /** A capability that may be missing. */
    public enum Lack {
        /** What is written does not last. */
        PERSIST_DISK,
        /** Nothing lives on behind a call. */
        LONG_LIVED_HELPER,
        /** No page can be opened. */
        BROWSER
    }

    /** What becomes of a command. */
    public enum Verdict {
        /** It was made for just that. */
        DESIGNED_FOR,
        /** It does all it does elsewhere, perhaps in another way. */
        WORKS,
        /** It does less, and says so. */
        DEGRADED,
        /** It does nothing and says what to do instead. */
        REFUSED
    }

    /**
     * A row.
     *
     * @param command without the program's name
     * @param open whether the command does not exist yet
     */
    public record Row(String command, boolean open, Map<Lack, Verdict> verdicts) {
        /** Copies the map. */
        public Row {
            verdicts = Map.copyOf(verdicts);
        }

        /** What becomes of it. */
        public Verdict where(Lack lack) {
            return Optional.ofNullable(verdicts.get(lack)).orElseThrow();
        }
    }

    private static final List<Row> ROWS =
            List.of(
                    row(
                            "agent prime",
                            Verdict.DESIGNED_FOR,
                            Verdict.DESIGNED_FOR,
                            Verdict.DESIGNED_FOR),
                    open(
                            "distill",
                            Verdict.DESIGNED_FOR,
                            Verdict.DESIGNED_FOR,
                            Verdict.DESIGNED_FOR),
                    row("status", Verdict.DESIGNED_FOR, Verdict.DESIGNED_FOR, Verdict.DESIGNED_FOR),
                    row("doctor", Verdict.DESIGNED_FOR, Verdict.DESIGNED_FOR, Verdict.DESIGNED_FOR),
                    open("query", Verdict.WORKS, Verdict.WORKS, Verdict.DESIGNED_FOR),
                    open("code search", Verdict.DEGRADED, Verdict.DEGRADED, Verdict.DESIGNED_FOR),
                    open("import", Verdict.WORKS, Verdict.WORKS, Verdict.DESIGNED_FOR),
                    open("kb", Verdict.DEGRADED, Verdict.WORKS, Verdict.DESIGNED_FOR),
                    row("login", Verdict.WORKS, Verdict.WORKS, Verdict.REFUSED),
                    row("daemon", Verdict.REFUSED, Verdict.REFUSED, Verdict.WORKS),
                    open("code index", Verdict.REFUSED, Verdict.REFUSED, Verdict.WORKS),
                    row("session", Verdict.WORKS, Verdict.WORKS, Verdict.WORKS),
                    row("sync", Verdict.WORKS, Verdict.WORKS, Verdict.WORKS),
                    row("init", Verdict.WORKS, Verdict.WORKS, Verdict.WORKS),
                    row("uninstall", Verdict.WORKS, Verdict.WORKS, Verdict.WORKS),
                    row("logout", Verdict.WORKS, Verdict.WORKS, Verdict.WORKS),
                    row("version", Verdict.WORKS, Verdict.WORKS, Verdict.WORKS),
                    row(
                            "cloud bootstrap",
                            Verdict.DESIGNED_FOR,
                            Verdict.DESIGNED_FOR,
                            Verdict.DESIGNED_FOR));

    private TruthTable() {}

    private static Row row(String command, Verdict disk, Verdict helper, Verdict browser) {
        return row(command, false, disk, helper, browser);
    }

    private static Row open(String command, Verdict disk, Verdict helper, Verdict browser) {
        return row(command, true, disk, helper, browser);
    }

    private static Row row(
            String command, boolean open, Verdict disk, Verdict helper, Verdict browser) {
        Map<Lack, Verdict> verdicts = new EnumMap<>(Lack.class);
        verdicts.put(Lack.PERSIST_DISK, disk);
        verdicts.put(Lack.LONG_LIVED_HELPER, helper);
        verdicts.put(Lack.BROWSER, browser);
        return new Row(command, open, verdicts);
    }

    /** All rows, in the order of the contract. */
    public static List<Row> rows() {
        return ROWS;
    }

    /** What keeps a command from being run here: the lacks for which it is refused. */
    public static List<Lack> refusals(String command, Capabilities here) {
        return ROWS.stream()
                .filter(row -> row.command().equals(command))
                .flatMap(row ->
                        missing(here).stream().filter(lack -> row.where(lack) == Verdict.REFUSED))
                .toList();
    }

    private static List<Lack> missing(Capabilities here) {
        return Arrays.stream(Lack.values()).filter(lack -> !answer(lack, here).value()).toList();
    }

    private static Answer<Boolean> answer(Lack lack, Capabilities here) {
        return switch (lack) {
            case PERSIST_DISK -> here.persistDisk();
            case LONG_LIVED_HELPER -> here.longLivedHelper();
            case BROWSER -> here.browser();
        };
    }
}
