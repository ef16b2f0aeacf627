package dev.oxbow.cli;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.engine.AgentView;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.Examination;
import dev.oxbow.environment.Category;
import dev.oxbow.environment.Check;
import dev.oxbow.environment.DoctorReport;
import dev.oxbow.environment.Host;
import dev.oxbow.environment.Tools;
import dev.oxbow.sandbox.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

@Command(
        name = "doctor",
        description = "Examine walls, agents and tools: what is missing, how to fix it.")
final class DoctorCommand extends OxCommand {
    private static final String TIER = "tier-";

    DoctorCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int execute() {
        DoctorReport report = report();
        if (options().json()) {
            surroundings().out().print(report.toJson());
        } else {
            surroundings().out().print(SafeText.clean(report.toText()));
        }
        return report.exitCode();
    }

    private DoctorReport report() {
        Host host = Host.examine(surroundings().environment());
        try (Engine engine = engineAsItIs()) {
            return report(host, engine.examine());
        } catch (OxException e) {
            if (e.code() != ErrorCode.STORE_UNREADABLE) {
                throw e;
            }
            // What cannot be opened is a finding, too; the rest is still worth knowing.
            Check store = Check.of("store", Check.Status.FAILED, e.getMessage(), e.suggestion());
            Category tools = new Tools(host, surroundings().environment()).examine();
            return DoctorReport.of(host, List.of(new Category("Data", List.of(store)), tools));
        }
    }

    private DoctorReport report(Host host, Examination examination) {
        return DoctorReport.of(
                host,
                List.of(
                        new Category(
                                "Tiers",
                                examination.walls().stream()
                                        .filter(DoctorCommand::isTier)
                                        .map(DoctorCommand::tier)
                                        .toList()),
                        new Category(
                                "Walls",
                                examination.walls().stream()
                                        .filter(finding -> !isTier(finding))
                                        .map(DoctorCommand::check)
                                        .toList()),
                        new Category(
                                "Agents",
                                examination.agents().stream().map(DoctorCommand::check).toList()),
                        tools(host, examination)));
    }

    /** Programs of the system, and what the engine itself looked for beside them. */
    private Category tools(Host host, Examination examination) {
        Category programs = new Tools(host, surroundings().environment()).examine();
        Set<String> known = programs.checks().stream().map(Check::slug).collect(Collectors.toSet());
        List<Check> checks = new ArrayList<>(programs.checks());
        examination.tools().stream()
                .map(DoctorCommand::check)
                .filter(check -> !known.contains(check.slug()))
                .forEach(checks::add);
        return new Category(programs.name(), checks);
    }

    private static boolean isTier(Finding finding) {
        return finding.name().startsWith(TIER);
    }

    /** A tier that cannot be had is no fault of the machine as long as the usual one can. */
    private static Check tier(Finding finding) {
        Check.Status status =
                switch (finding.status()) {
                    case OK -> Check.Status.PASSED;
                    case REDUCED -> Check.Status.SKIPPED;
                    case MISSING -> Check.Status.FAILED;
                };
        return Check.of(finding.name(), status, finding.detail(), finding.fix());
    }

    private static Check check(Finding finding) {
        Check.Status status =
                switch (finding.status()) {
                    case OK -> Check.Status.PASSED;
                    case REDUCED -> Check.Status.WARNING;
                    case MISSING -> Check.Status.FAILED;
                };
        return Check.of(finding.name(), status, finding.detail(), finding.fix());
    }

    /** An agent that is not there yet is no failure: the first run installs it. */
    private static Check check(AgentView agent) {
        return Check.of(
                agent.name(),
                agent.installed() ? Check.Status.PASSED : Check.Status.SKIPPED,
                agent.version() + (agent.installed() ? " " + agent.detail() : " not installed"),
                agent.installed() ? "" : "Install it: ox agents install " + agent.name());
    }
}
