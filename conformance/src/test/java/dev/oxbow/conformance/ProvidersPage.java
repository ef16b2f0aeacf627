package dev.oxbow.conformance;

import dev.oxbow.conformance.ConformanceReport.Claim;
import dev.oxbow.conformance.ConformanceReport.Group;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** {@code docs/providers.md}, from reports and an example that is a test of ours. */
final class ProvidersPage {
    private final SequencedMap<String, ConformanceReport> reports;
    private final String example;

    /**
     * A page.
     *
     * @param reports title of a column → what was found
     * @param example a test class that runs the kit
     */
    ProvidersPage(SequencedMap<String, ConformanceReport> reports, String example) {
        this.reports = reports;
        this.example = example;
    }

    String markdown() {
        ConformanceReport first = reports.firstEntry().getValue();
        String capabilities =
                table(
                        "Capability",
                        first.capabilities().stream().map(Claim::name).toList(),
                        ProvidersPage::claim);
        String groups =
                table(
                        "Group",
                        first.groups().stream().map(Group::name).sorted().toList(),
                        ProvidersPage::group);
        return FRAME.replace("{capabilities}", capabilities)
                .replace("{groups}", groups)
                .replace("{example}", example.strip());
    }

    private String table(
            String subject,
            List<String> rows,
            Function<ConformanceReport, Function<String, String>> cell) {
        StringBuilder text = new StringBuilder("| " + subject + " |");
        reports.keySet().forEach(title -> text.append(' ').append(title).append(" |"));
        text.append("\n|---|").repeat("---|", reports.size()).append('\n');
        for (String row : rows) {
            text.append("| `").append(row).append("` |");
            reports.values()
                    .forEach(r -> text.append(' ').append(cell.apply(r).apply(row)).append(" |"));
            text.append('\n');
        }
        return text.toString().strip();
    }

    private static Function<String, String> claim(ConformanceReport report) {
        return name ->
                report.capabilities().stream()
                        .filter(claim -> claim.name().equals(name))
                        .findFirst()
                        .map(claim ->
                                claim.offered()
                                        ? "offered"
                                        : claim.refusalProven() ? "refused, proven" : "lacks")
                        .orElse("unknown");
    }

    private static Function<String, String> group(ConformanceReport report) {
        return name -> {
            Optional<Group> found =
                    report.groups().stream().filter(g -> g.name().equals(name)).findFirst();
            return found.map(ProvidersPage::outcome).orElse("not run");
        };
    }

    private static String outcome(Group group) {
        String rest =
                List.of(part(group.lacks(), "lacks"), part(group.skipped(), "skipped")).stream()
                        .filter(text -> !text.isEmpty())
                        .collect(Collectors.joining());
        return (group.failed() > 0 ? "**failed**" : group.passed() > 0 ? "passed" : "–") + rest;
    }

    private static String part(int count, String what) {
        return count == 0 ? "" : ", " + count + " " + what;
    }

    private static final String FRAME =
            """
            # Providers and what they were found to be

            A provider makes sandboxes. What it promises is written in `SandboxProvider` and
            `Sandbox`; the conformance kit holds it to that. This page is printed from reports of the
            kit, kept in [conformance/](conformance/); what the walls are made of is in
            [guides/providers.md](guides/providers.md).

            ```
            ox providers                        # what there is: walls, capabilities, state
            ox providers test local             # the whole kit; about two minutes
            ox providers test local --group Network --group Files
            ox providers test local --report report.json
            ```

            The test works on data of its own and leaves nothing behind, also when it is stopped by
            Ctrl-C. Exit code 0: nothing failed; 1: a test failed; 64: no such provider or group;
            69: a part is missing, nothing was tested; 130: stopped. A declared lack is no failure. A
            test that was skipped for any other reason is listed, as it proves nothing.

            ## Capabilities
            *refused, proven*: the provider lacks it, and a test saw it refused with
            `CAPABILITY_UNSUPPORTED` and without effect. *lacks*: there is no operation to refuse; the
            promise is not made.

            {capabilities}

            ## Tests
            *lacks*: that many tests do not apply, because the provider declares that it lacks what
            they test.

            {groups}

            ## The report
            One JSON document, printed by `--json` or written by `--report FILE`. Fields are added,
            never renamed.

            | Field | Meaning |
            |---|---|
            | `schema` | 1 |
            | `oxbow`, `provider`, `tier` | version of the kit, what was tested, the walls it claims |
            | `machine` | `system`, `arch`, `processors`, `memoryBytes`, `java`, `root` |
            | `startedAt`, `endedAt`, `cancelled` | when; whether it was stopped before its end |
            | `examination[]` | parts of the provider: `name`, `status` (`OK` `REDUCED` `MISSING`), `detail`, `fix` |
            | `capabilities[]` | each that there is: `name`, `offered`, `refusalProven` |
            | `groups[]` | `name`, `passed`, `failed`, `lacks`, `skipped`, `durationMs`, `tests[]` |
            | `groups[].tests[]` | `id` (constant), `name` (in words), `outcome`, `durationMs`, `message` |
            | `outcome` | `passed` `failed` `lack` (declared) `not_applicable` (a refusal where there is nothing to refuse) `skipped` |

            ## Your own provider
            The kit is a library of JUnit tests, `dev.oxbow:oxbow-sandbox-kit`, with
            `junit-jupiter` at your side. A test class hands over a `ProviderUnderTest`: how to open a
            further provider object, what there is on the machine because of it, how to crash a
            sandbox, how another Java process reaches it. All groups then run as nested classes:

            ```java
            {example}
            ```

            To have `ox providers test NAME` find it, implement `Candidate` (a name, and how to make a
            `ProviderUnderTest` in an empty directory), name that class in
            `META-INF/services/dev.oxbow.sandbox.kit.Candidate`, and say where it is:

            ```
            ox providers test mine --class-path mine.jar:lib/client.jar
            ```

            The kit then runs in a Java process of its own with those jars behind the ones of Oxbow.
            """;
}
