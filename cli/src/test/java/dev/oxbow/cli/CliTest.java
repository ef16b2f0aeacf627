package dev.oxbow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.Json;
import dev.oxbow.base.OxException;
import dev.oxbow.engine.Chore;
import dev.oxbow.engine.RunFilter;
import dev.oxbow.engine.RunView;
import dev.oxbow.engine.Sweep;
import dev.oxbow.sandbox.Finding;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class CliTest {
    private final FakeEngine engine = new FakeEngine();

    private CommandLineRun ox(String... args) {
        return CommandLineRun.of(engine, args);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "rnu | unknown command 'rnu' | Did you mean 'run'?",
                "--verbos | unknown option '--verbos' | Did you mean '--verbose'?",
                "run --jsn x | unknown option '--jsn' | Did you mean '--json'?",
                "run | no prompt given | ox run",
                "run --attempts 0 x | --attempts must be 1 to 16 | fewer",
                "run --attempts 17 x | --attempts must be 1 to 16 | fewer",
                "run --attempts many x | --attempts: 'many' is not a number | run --help",
                "run --include /etc/hosts x | --include /etc/hosts: not a path inside | root",
                "run --include a/../../b x | --include a/../../b: not a path inside | root",
                "run --timeout 3x x | --timeout: '3x' is not a duration | 30m",
                "run --tier iron x | 'iron' is no tier | namespace",
                "run --tier process x | --tier process has no walls |"
                        + " --i-know-this-is-not-isolated",
                "exec --tier process true | has no walls | --i-know-this-is-not-isolated",
                "shell --tier PROCESS | has no walls | --i-know-this-is-not-isolated",
                "run --i-know-this-is-not-isolated x | goes with --tier process | Leave it out",
                "exec --i-know-this-is-not-isolated --tier microvm x | goes with | Leave it out",
                "exec --tier namespace --sandbox s x | a named one has its walls | Leave",
                "run --on-conflict maybe x | maybe | merge",
                "run --model-url ftp://x x | --model-url | scheme",
                "run --keep --rm x | --keep and --rm exclude each other | one of them",
                "run -c --session a x | --continue and --session exclude each other | one of them",
                "run --session ../x x | '../x' is not the id of a session | ",
                "run --network none,example.org x | --network none | Leave",
                "run --agent command | no command given | make test",
                "exec | COMMAND | exec --help",
                "rm | ID | rm --help",
                "completion tcsh | tcsh | bash, zsh or fish",
                "logs --since x | --since: 'x' is not a number | logs --help",
                "logs --since -1 | --since must not be negative | begin",
                "providers test | NAME | providers test --help",
                "providers test local --report /no/such/r.json | does not exist | first",
                "events --since -1 | --since must not be negative | begin"
            })
    void wrongUsageIsOneLineWithAdviceAndCode64(String args, String message, String advice) {
        CommandLineRun run = ox(args.split(" "));

        assertThat(run.exitCode()).isEqualTo(64);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("ox: ").contains(message);
        assertThat(run.err().lines().count()).isLessThanOrEqualTo(2);
        if (advice != null) {
            assertThat(run.err()).contains(advice);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish"})
    void aShellCompletesCommandsOptionsAndTheirValues(String shell) {
        String script = ox("completion", shell).out();

        assertThat(script)
                .contains("quickstart", "install", "idle-timeout", "claude-code", "merge")
                .doesNotContain("rehearse");
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void everyFailureHasTheExitCodeOfTheTable(ErrorCode code) {
        engine.refusal = java.util.Optional.of(OxException.of(code, "what went wrong"));

        CommandLineRun run = ox("run", "--json", "do it");

        assertThat(run.exitCode()).isEqualTo(code.exitCode());
        assertThat(run.err()).isEqualTo("ox: what went wrong\n    " + code.suggestion() + "\n");
        JsonNode line = Json.tree(run.out());
        assertThat(line.get("type").stringValue()).isEqualTo("outcome");
        assertThat(line.get("run").isNull()).isTrue();
        assertThat(line.get("exit_code").intValue()).isEqualTo(code.exitCode());
    }

    @Test
    void aDefectShowsNoStackUnlessAsked() {
        FakeEngine broken =
                new FakeEngine() {
                    @Override
                    public List<RunView> runs(RunFilter filter) {
                        throw new IllegalStateException("oh\nno");
                    }
                };

        CommandLineRun quiet = CommandLineRun.of(broken, "ps");
        CommandLineRun loud = CommandLineRun.of(broken, "ps", "--verbose");

        assertThat(quiet.exitCode()).isEqualTo(70);
        assertThat(quiet.err()).startsWith("ox: internal error").doesNotContain("\tat ");
        assertThat(loud.err()).contains("at dev.oxbow.cli");
        assertThat(broken.closed).isTrue();
    }

    @Test
    void aFullDiskIsNamed() {
        Failure failure =
                Failure.of(
                        new UncheckedIOException(
                                new java.io.IOException("/x: No space left on device")));

        assertThat(failure.code()).isEqualTo("NO_SPACE");
        assertThat(failure.exitCode()).isEqualTo(74);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ps", "show", "doctor", "agents ls", "agents", "version"})
    void jsonIsOneDocumentAndNothingElse(String command) {
        engine.addRun(
                dev.oxbow.engine.RunRequest.of(CommandLineRun.CWD, "hello").build(),
                FakeEngine.completed(1));

        CommandLineRun run = ox((command + " --json").split(" "));

        assertThat(run.exitCode()).isZero();
        assertThat(Json.tree(run.out()).isObject()).isTrue();
        assertThat(run.out()).endsWith("}\n").doesNotContain("\u001b");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void failuresOfOtherCommandsAreADocumentToo() {
        CommandLineRun run = ox("show", "--json", "run_00000000000000000000000009");

        assertThat(run.exitCode()).isEqualTo(66);
        JsonNode error = Json.tree(run.out()).get("error");
        assertThat(error.get("code").stringValue()).isEqualTo("RUN_NOT_FOUND");
        assertThat(error.get("exit").intValue()).isEqualTo(66);
    }

    @Test
    void variablesStandInForFlags() {
        CommandLineRun run = CommandLineRun.of(engine, "", Map.of("OX_JSON", "1"), "agents", "ls");

        assertThat(Json.tree(run.out()).get("agents").size()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "run --help", "agents install --help", ""})
    void helpGoesToStandardOutput(String args) {
        CommandLineRun run = args.isEmpty() ? ox() : ox(args.split(" "));

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith("Usage: ox");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void theVersionIsOneLine() {
        assertThat(ox("--version").out()).isEqualTo(VersionCommand.line() + "\n");
        assertThat(ox("version").out()).isEqualTo(VersionCommand.line() + "\n");
    }

    @Test
    void providersAreListedWithWhatTheyLack() {
        engine.walls =
                List.of(new Finding("bwrap", Finding.Status.MISSING, "not found", "Install it."));

        CommandLineRun table = ox("providers");
        CommandLineRun json = ox("providers", "list", "--json");

        assertThat(table.exitCode()).isZero();
        assertThat(table.out())
                .contains("local", "namespace", "pty net.deny")
                .contains("local lacks bwrap: not found. Install it.");
        assertThat(json.out())
                .contains("\"tier\" : \"namespace\"", "\"lacks\" : [ \"oom.signal\" ]");
    }

    @Test
    void aFailedWallMakesDoctorExitWithOne() {
        engine.walls =
                List.of(
                        new Finding(
                                "bubblewrap",
                                Finding.Status.MISSING,
                                "not found",
                                "apt-get install bubblewrap"));

        CommandLineRun run = ox("doctor");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("FAIL", "bubblewrap", "apt-get install bubblewrap");
    }

    @Test
    void removalNamesWhatIsGone() {
        engine.addRun(
                dev.oxbow.engine.RunRequest.of(CommandLineRun.CWD, "hello").build(),
                FakeEngine.completed(1));

        CommandLineRun run =
                ox("rm", "--force", FakeEngine.SANDBOX.value(), FakeEngine.id(1).value());

        assertThat(run.exitCode()).isZero();
        assertThat(engine.removed)
                .containsExactly(FakeEngine.SANDBOX + " forced", FakeEngine.id(1) + " forced");
    }

    @Test
    void aRunMayBeNamedByTheEndOfItsId() {
        engine.addRun(
                dev.oxbow.engine.RunRequest.of(CommandLineRun.CWD, "hello").build(),
                FakeEngine.completed(1));

        assertThat(ox("cancel", "00001").exitCode()).isZero();
        assertThat(engine.cancelled).containsExactly(FakeEngine.id(1));
        assertThat(ox("cancel", "99999").exitCode()).isEqualTo(66);
    }

    @Test
    void gcTellsWhatItDidAndWhatItLeftAlone() {
        FakeEngine engine = new FakeEngine();
        engine.sweep =
                new Sweep(
                        true,
                        List.of(
                                new Chore(
                                        FakeEngine.SANDBOX,
                                        Chore.Action.STOP,
                                        "idle 16 min",
                                        Optional.empty())),
                        List.of(),
                        List.of("sandboxes of local: unreadable; nothing was changed"));

        CommandLineRun run = CommandLineRun.of(engine, "gc", "--dry-run");

        assertThat(engine.sweeps).containsExactly(true);
        assertThat(run.out()).contains("WOULD", FakeEngine.SANDBOX.value(), "stop", "idle 16 min");
        assertThat(run.err()).contains("left alone: sandboxes of local: unreadable");
        assertThat(run.exitCode()).isEqualTo(69);
    }
}
