package dev.oxbow.cli;

import dev.oxbow.agents.Outcome;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.RunOutcome;
import dev.oxbow.engine.RunRequest;
import dev.oxbow.engine.RunView;
import dev.oxbow.testing.ModelServer;
import dev.oxbow.testing.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "quickstart",
        description =
                "See the main job done for real, without an account: a failing test is fixed by an"
                        + " agent in a sandbox.")
final class QuickstartCommand extends OxCommand {
    private static final String AGENT = "codex";
    private static final String OWN_KEY =
            "cd YOUR-REPOSITORY && OPENAI_API_KEY=sk-... ox run \"fix the failing test\"";

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Where the sample repository is made (default: a temporary folder).")
    private Optional<Path> dir = Optional.empty();

    QuickstartCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** What {@code --json} prints. */
    record Report(
            boolean ok,
            String agent,
            String model,
            boolean modelIsStandIn,
            String repository,
            boolean testPassedBefore,
            boolean testPassedAfter,
            String run,
            @Nullable String sandbox,
            String outcome,
            int exitCode,
            int filesChanged,
            String artifacts,
            List<String> installedPackages,
            String next) {}

    @Override
    int execute() throws IOException, InterruptedException {
        List<String> packages =
                new SystemPackages(surroundings().environment()).install(this::step);
        try (Engine engine = engine()) {
            step("agent: " + AGENT);
            String version =
                    engine.install(AGENT, line -> note("  " + SafeText.line(line, 200))).version();
            SampleRepository sample = SampleRepository.create(folder());
            SampleRepository.TestRun before = sample.test();
            step("sample repository with a failing test: " + sample.root());
            before.output().forEach(line -> note("  " + line));
            step(
                    "%s %s works on it in a sandbox; the model is a stand-in, no account is used"
                            .formatted(AGENT, version));
            RunView run = run(engine, sample.root());
            SampleRepository.TestRun after = sample.test();
            boolean ok =
                    run.outcome().map(o -> o.outcome() == Outcome.COMPLETED).orElse(false)
                            && !before.passed()
                            && after.passed();
            Report report = report(run, version, sample, before, after, packages, ok);
            if (options().json()) {
                printDocument(report);
            } else {
                tell(run, after, ok);
            }
            return ok ? OK : failureCode(run);
        }
    }

    private Path folder() throws IOException {
        if (dir.isPresent()) {
            return surroundings().cwd().resolve(dir.get()).normalize();
        }
        Path temporary = Path.of(surroundings().variable("TMPDIR").orElse("/tmp"));
        return Files.createTempDirectory(temporary, "ox-quickstart-");
    }

    private RunView run(Engine engine, Path repository) throws InterruptedException {
        try (ModelServer model = ModelServer.start(SampleRepository.script())) {
            RunRequest request =
                    RunRequest.of(repository, SampleRepository.PROMPT)
                            .agent(AGENT)
                            .model("stand-in")
                            .modelUrl(model.baseUrl(Protocol.OPENAI_RESPONSES))
                            .build();
            RunWatch watch = new RunWatch(engine, progress(), options().withoutJson());
            return watch.run(request).getFirst();
        }
    }

    /** With {@code --json} the run is shown as progress, on standard error. */
    private Surroundings progress() {
        Surroundings all = surroundings();
        return options().json()
                ? new Surroundings(
                        all.in(),
                        all.err(),
                        all.err(),
                        false,
                        all.cwd(),
                        all.environment(),
                        all.engines())
                : all;
    }

    private static Report report(
            RunView run,
            String version,
            SampleRepository sample,
            SampleRepository.TestRun before,
            SampleRepository.TestRun after,
            List<String> packages,
            boolean ok) {
        Optional<RunOutcome> outcome = run.outcome();
        return new Report(
                ok,
                AGENT + " " + version,
                "stand-in",
                true,
                sample.root().toString(),
                before.passed(),
                after.passed(),
                run.id().value(),
                run.sandbox().map(SandboxId::value).orElse(null),
                outcome.map(o -> o.outcome().wire()).orElse(run.state().wire()),
                outcome.map(RunOutcome::exitCode).orElse(0),
                outcome.map(RunOutcome::filesChanged).orElse(0),
                run.artifacts().toString(),
                packages,
                OWN_KEY);
    }

    private void tell(RunView run, SampleRepository.TestRun after, boolean ok) {
        new RunSummary(surroundings(), options().quiet()).print(run, false);
        step("the test again, on this machine:");
        after.output().forEach(line -> note("  " + line));
        if (!ok) {
            return;
        }
        print("");
        print("What happened:");
        print("  A real " + AGENT + " ran in a sandbox without network, except for its model.");
        print("  The model was a stand-in bundled with Oxbow that plays a script; everything else");
        print("  was real: the sandbox, the agent, its commands and edits, the way back.");
        print("  Artifacts: " + run.artifacts());
        print("  Changes:   git -C " + run.worktree() + " diff");
        print("");
        print("With your own key:");
        print("  " + OWN_KEY);
    }

    private static int failureCode(RunView run) {
        int code = run.outcome().map(RunOutcome::exitCode).orElse(0);
        if (code != 0) {
            return code;
        }
        throw OxException.of(
                ErrorCode.INTERNAL, "the run completed, but the sample test did not turn green");
    }

    private void step(String line) {
        note(style().bold("ox quickstart ") + line);
    }
}
