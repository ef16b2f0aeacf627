package dev.oxbow.cli;

import dev.oxbow.engine.Engine;
import dev.oxbow.engine.ProviderView;
import dev.oxbow.sandbox.Finding;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "providers", description = "What can make sandboxes here, and whether it conforms.")
final class ProvidersCommand extends OxCommand {
    ProvidersCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int execute() {
        return new Ls(surroundings()).list(options(), style());
    }

    /** What {@code --json} prints. */
    record Listing(List<ProviderView> providers) {}

    @Command(
            name = "list",
            aliases = "ls",
            description = "List providers: walls, capabilities, what is missing.")
    static final class Ls extends OxCommand {
        Ls(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        int execute() {
            return list(options(), style());
        }

        int list(GlobalOptions options, Style style) {
            List<ProviderView> providers;
            try (Engine engine = engineAsItIs()) {
                providers = engine.providers();
            }
            if (options.json()) {
                printDocument(new Listing(providers));
                return OK;
            }
            Table table = new Table("PROVIDER", "TIER", "STATE", "CAPABILITIES");
            providers.forEach(provider ->
                    table.row(
                            provider.name(),
                            provider.tier(),
                            state(provider),
                            String.join(" ", provider.capabilities())));
            table.lines(style).forEach(this::print);
            providers.forEach(provider ->
                    provider.findings().stream()
                            .filter(f -> f.status() == Finding.Status.MISSING)
                            .forEach(f ->
                                    print(
                                            SafeText.line(
                                                    "%s lacks %s: %s. %s"
                                                            .formatted(
                                                                    provider.name(),
                                                                    f.name(),
                                                                    f.detail(),
                                                                    f.fix()),
                                                    300))));
            return OK;
        }

        private static String state(ProviderView provider) {
            long reduced =
                    provider.findings().stream()
                            .filter(f -> f.status() == Finding.Status.REDUCED)
                            .count();
            if (!provider.usable()) {
                return "unusable";
            }
            return reduced == 0 ? "ready" : "ready, " + reduced + " reduced";
        }
    }

    @Command(
            name = "test",
            description = {
                "Put a provider to the test: run the conformance kit against it.",
                "Works on data of its own and leaves nothing behind. Exit code 0: nothing failed;"
                        + " 1: a test failed; 69: nothing could be tested."
            })
    static final class Test extends OxCommand {
        @Parameters(paramLabel = "NAME", description = "The provider, such as local.")
        private String name = "";

        @Option(
                names = "--group",
                paramLabel = "GROUP",
                description = "Only this group of tests, such as Network; may be repeated.")
        private List<String> groups = List.of();

        @Option(
                names = "--report",
                paramLabel = "FILE",
                description = {
                    "Write the report as JSON to a file as well.",
                    "With --group, only those groups are replaced in a report that is there."
                })
        private Optional<Path> report = Optional.empty();

        @Option(
                names = "--class-path",
                paramLabel = "JARS",
                description =
                        "Where a provider is that does not come with Oxbow, and its libraries.")
        private Optional<String> classPath = Optional.empty();

        Test(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        int execute() throws InterruptedException {
            ProviderTest test =
                    new ProviderTest(
                            name,
                            groups,
                            report.map(file -> surroundings().cwd().resolve(file)),
                            classPath,
                            options().json());
            return test.run(surroundings());
        }
    }
}
