package dev.oxbow.cli;

import dev.oxbow.engine.AgentView;
import dev.oxbow.engine.Engine;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "agents", description = "The agents that Oxbow can run.")
final class AgentsCommand extends OxCommand {
    AgentsCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int execute() {
        return new Ls(surroundings()).list(options());
    }

    /** What {@code --json} prints. */
    record Listing(List<AgentView> agents) {}

    @Command(name = "ls", description = "List agents, their pinned versions and where they are.")
    static final class Ls extends OxCommand {
        Ls(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        int execute() {
            return list(options());
        }

        int list(GlobalOptions options) {
            try (Engine engine = engine()) {
                List<AgentView> agents = engine.agents();
                if (options.json()) {
                    printDocument(new Listing(agents));
                    return OK;
                }
                Table table = new Table("AGENT", "VERSION", "INSTALLED", "DETAIL");
                agents.forEach(agent ->
                        table.row(
                                agent.name(),
                                agent.version(),
                                agent.installed() ? "yes" : "no",
                                SafeText.line(agent.detail(), 80)));
                table.lines(style()).forEach(this::print);
                return OK;
            }
        }
    }

    @Command(name = "install", description = "Install agents at their pinned versions.")
    static final class Install extends OxCommand {
        @Parameters(
                arity = "0..*",
                paramLabel = "AGENT",
                description = "Default: all that are installed from npm.")
        private List<String> names = List.of();

        Install(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        int execute() {
            try (Engine engine = engine()) {
                List<String> wanted =
                        names.isEmpty()
                                ? engine.agents().stream()
                                        .map(AgentView::name)
                                        .filter(name -> !name.equals("command"))
                                        .toList()
                                : names;
                List<AgentView> installed = new ArrayList<>();
                for (String name : wanted) {
                    AgentView agent =
                            engine.install(name, line -> note("  " + SafeText.line(line, 200)));
                    installed.add(agent);
                    if (!options().json()) {
                        print(
                                agent.name()
                                        + " "
                                        + agent.version()
                                        + agent.location().map(at -> "  " + at).orElse(""));
                    }
                }
                if (options().json()) {
                    printDocument(new Listing(installed));
                }
                return OK;
            }
        }
    }
}
