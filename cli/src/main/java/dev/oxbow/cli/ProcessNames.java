package dev.oxbow.cli;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.ProcessId;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.ProcessView;
import java.util.List;
import java.util.Optional;

/** Finds the process or terminal that a person means: by id, or by a part of one that runs. */
final class ProcessNames {
    private static final int SHORTEST_PART = 4;

    private ProcessNames() {}

    /**
     * Finds one.
     *
     * @throws OxException {@code PROCESS_NOT_FOUND}, or {@code INVALID_ARGUMENT} if several match
     */
    static ProcessId find(Engine engine, String name) {
        return lookUp(engine, name)
                .orElseThrow(() ->
                        OxException.of(
                                        ErrorCode.PROCESS_NOT_FOUND,
                                        "no process '%s' runs",
                                        SafeText.line(name, 60))
                                .suggest("List what runs with 'ox ps'."));
    }

    /** As {@link #find}, but empty if nothing that runs matches. */
    static Optional<ProcessId> lookUp(Engine engine, String name) {
        boolean named = name.startsWith(ProcessId.PREFIX);
        String part = named ? name.substring(ProcessId.PREFIX.length()) : name;
        if (named && part.length() >= 26) {
            return Optional.of(new ProcessId(name));
        }
        if (part.length() < SHORTEST_PART) {
            return Optional.empty();
        }
        List<ProcessId> matches =
                engine.processes().stream()
                        .map(ProcessView::id)
                        .filter(id -> matches(id, part))
                        .toList();
        if (matches.size() > 1) {
            throw OxException.of(
                            ErrorCode.INVALID_ARGUMENT,
                            "'%s' could be any of %d processes",
                            SafeText.line(name, 60),
                            matches.size())
                    .suggest("Give more of the id; 'ox ps' lists them.");
        }
        return matches.stream().findFirst();
    }

    private static boolean matches(ProcessId id, String part) {
        String body = id.value().substring(ProcessId.PREFIX.length());
        return body.startsWith(part) || body.endsWith(part);
    }

    static Table table(List<ProcessView> processes) {
        Table table = new Table("PROCESS", "KIND", "SANDBOX", "COMMAND");
        for (ProcessView process : processes) {
            table.row(
                    process.id().value(),
                    process.terminal() ? "terminal" : "process",
                    process.sandbox().value(),
                    SafeText.line(String.join(" ", process.argv()), 50));
        }
        return table;
    }
}
