package dev.oxbow.sandbox.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCategory;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.ProcessId;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a command is given, and how its end is told. */
public abstract class ExecContract extends ProviderContract {
    private static final String PATH = "/usr/local/bin:/usr/bin:/bin";

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 43, 127, 255})
    void theExitCodeIsTheCommandsOwn(int code) throws InterruptedException {
        ProcessExit exit = run(sandbox(), "exit " + code).exit();
        assertThat(exit.exitCode()).hasValue(code);
        assertThat(exit.signal()).isEmpty();
        assertThat(exit.reason()).isEqualTo(ProcessExit.Reason.EXITED);
        assertThat(exit.oomKilled()).isFalse();
        assertThat(exit.success()).isEqualTo(code == 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 15, 6})
    void deathByItsOwnSignalIs128AndItsNumber(int signal) throws InterruptedException {
        ProcessExit exit = run(sandbox(), "kill -" + signal + " $$").exit();
        assertThat(exit.exitCode()).hasValue(128 + signal);
        assertThat(exit.signal()).isIn(OptionalInt.empty(), OptionalInt.of(signal));
        assertThat(exit.reason()).isEqualTo(ProcessExit.Reason.EXITED);
    }

    @Test
    void f13_aKilledProcessIsNotTakenForOneOutOfMemory() throws InterruptedException {
        ProcessExit exit = run(sandbox(), "kill -9 $$").exit();
        assertThat(exit.exitCode()).hasValue(137);
        assertThat(exit.oomKilled()).isFalse();
    }

    @Test
    void noInputIsEndOfFileAtOnce() throws InterruptedException {
        Ran ran = run(sandbox(), ProcessSpec.of("cat"));
        assertThat(ran.code()).isZero();
        assertThat(ran.stdout()).isEmpty();
    }

    @Test
    void bytesOfInputArriveWholeAndThenEnd() throws InterruptedException {
        byte[] all = new byte[256];
        for (int i = 0; i < 256; i++) {
            all[i] = (byte) i;
        }
        ProcessSpec spec = ProcessSpec.of("cat").withStdin(new ProcessSpec.Stdin.Bytes(all));
        assertThat(run(sandbox(), spec).stdout()).isEqualTo(all);
    }

    @Test
    void aCommandThatReadsNoInputStillEnds() throws InterruptedException {
        ProcessSpec spec =
                ProcessSpec.of("true").withStdin(new ProcessSpec.Stdin.Bytes(randomBytes(300_000)));
        assertThat(run(sandbox(), spec).code()).isZero();
    }

    @Test
    void theWorkingDirectoryIsWhereItWasAskedFor() throws InterruptedException {
        Sandbox sandbox = sandbox();
        try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
            files.mkdir(TreePath.of("sub"), 0755);
        }
        run(sandbox, sh("echo here >mark").withCwd(Sandbox.WORKSPACE + "/sub"));
        assertThat(read(sandbox, "sub/mark")).isEqualTo("here\n");
        run(sandbox, "echo here >mark");
        assertThat(read(sandbox, "mark")).isEqualTo("here\n");
    }

    @Test
    void aMissingWorkingDirectoryRunsNothing() throws InterruptedException {
        Sandbox sandbox = sandbox();
        ProcessSpec spec =
                sh("echo ran; : >" + Sandbox.WORKSPACE + "/ran")
                        .withCwd(Sandbox.WORKSPACE + "/absent");
        Optional<Ran> ran = runOrRefusal(sandbox, spec);
        assertThat(ran.map(Ran::out)).isIn(Optional.empty(), Optional.of(""));
        assertThat(ran.map(Ran::code)).isNotEqualTo(Optional.of(0));
        assertThat(exists(sandbox, "ran")).isFalse();
    }

    @Test
    void aMissingProgramIsRefusedOr127() throws InterruptedException {
        assertThat(runOrRefusal(sandbox(), ProcessSpec.of("no-such-program-of-oxbow")))
                .satisfiesAnyOf(
                        refusal -> assertThat(refusal).isEmpty(),
                        ran -> assertThat(ran.map(Ran::code)).contains(127));
    }

    @Test
    void aProgramWithoutExecuteBitIsRefusedOr126() throws InterruptedException {
        Sandbox sandbox = sandbox();
        write(sandbox, "plain", "#!/bin/sh\necho ran\n");
        assertThat(runOrRefusal(sandbox, ProcessSpec.of("./plain")))
                .satisfiesAnyOf(
                        refusal -> assertThat(refusal).isEmpty(),
                        ran -> assertThat(ran.map(Ran::code)).contains(126));
    }

    /** Empty if it was refused before it started, in the way of a typed failure. */
    private static Optional<Ran> runOrRefusal(Sandbox sandbox, ProcessSpec spec)
            throws InterruptedException {
        try {
            return Optional.of(run(sandbox, spec));
        } catch (OxException refusal) {
            assertThat(refusal.code().category())
                    .isIn(ErrorCategory.VALIDATION, ErrorCategory.PROVIDER);
            assertThat(refusal.code()).isNotEqualTo(ErrorCode.INTERNAL);
            return Optional.empty();
        }
    }

    @Test
    void theEnvironmentIsExactlyWhatWasGiven() throws InterruptedException {
        Map<String, String> env = new LinkedHashMap<>();
        env.put("PATH", PATH);
        env.put("EMPTY", "");
        env.put("LINES", "one\ntwo\n");
        env.put("QUOTES", "it's \"$(id)\" `id` \\n $HOME");
        env.put("_under_1", "a=b=c");
        env.put("WIDE", "grüße ☃ 𝄞");
        Ran ran = run(sandbox(), ProcessSpec.of("env", "-0").withEnv(env));
        assertThat(ran.err()).isEmpty();
        Map<String, String> seen = new LinkedHashMap<>();
        for (String entry : ran.out().split("\0", -1)) {
            int equals = entry.indexOf('=');
            if (equals > 0) {
                seen.put(entry.substring(0, equals), entry.substring(equals + 1));
            }
        }
        assertThat(seen).containsExactlyInAnyOrderEntriesOf(env);
    }

    @Test
    void valuesOfTheEnvironmentAreInNoArgumentListAndNotKept()
            throws InterruptedException, IOException {
        String secret = "s3cr3t-" + markedSeconds();
        Sandbox sandbox = sandbox();
        ProcessSpec spec =
                sh("echo ready; read -r x; echo \"$KIT_SECRET\"")
                        .withEnv(Map.of("PATH", PATH, "KIT_SECRET", secret))
                        .withStdin(new ProcessSpec.Stdin.Pipe());
        SandboxProcess process = untilReady(sandbox.exec(spec));
        assertThat(argumentListsOfTheHost()).noneMatch(line -> line.contains(secret));
        assertThat(run(sandbox, "cat /proc/[0-9]*/cmdline 2>/dev/null").out())
                .doesNotContain(secret);
        assertThat(process.spec().env().toString()).doesNotContain(secret);
        assertThat(sandbox.process(process.id()).orElseThrow().spec().env().toString())
                .doesNotContain(secret);
        assertThat(process.toString() + sandbox + sandbox.record()).doesNotContain(secret);
        process.write("\n".getBytes(StandardCharsets.UTF_8));
        assertThat(collect(process).out()).isEqualTo("ready\n" + secret + "\n");
    }

    private static List<String> argumentListsOfTheHost() throws IOException {
        List<String> lists = new ArrayList<>();
        if (!Files.isDirectory(Path.of("/proc/self"))) {
            return lists;
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : all) {
                try {
                    lists.add(
                            new String(
                                    Files.readAllBytes(process.resolve("cmdline")),
                                    StandardCharsets.ISO_8859_1));
                } catch (IOException gone) {
                    // It ended between the listing and the look.
                }
            }
        }
        return lists;
    }

    @Test
    void argumentsArriveUnchanged() throws InterruptedException {
        List<String> words =
                List.of(
                        "$(id)",
                        "`id`",
                        "it's",
                        "\"",
                        "two words",
                        "line\nbreak",
                        "tab\t",
                        "\\",
                        "\\0",
                        "*",
                        "~",
                        "",
                        "--",
                        "-n",
                        "$HOME",
                        "%s",
                        "grüße ☃ 𝄞",
                        "a;b|c&d>e",
                        "\u0001\u001b[31m",
                        " ");
        List<String> argv = new ArrayList<>(List.of("printf", "%s\\0"));
        argv.addAll(words);
        Ran ran = run(sandbox(), ProcessSpec.of(argv.toArray(String[]::new)));
        assertThat(ran.err()).isEmpty();
        assertThat(Arrays.asList(ran.out().split("\0", -1)).subList(0, words.size()))
                .isEqualTo(words);
    }

    @Test
    void manyAndLongArgumentsArrive() throws InterruptedException {
        Sandbox sandbox = sandbox();
        assertThat(run(sandbox, ProcessSpec.of("printf", "%s", "x".repeat(100_000))).stdout())
                .hasSize(100_000);
        List<String> argv = new ArrayList<>(List.of("printf", "%s\n"));
        IntStream.range(0, 5_000).forEach(n -> argv.add("argument number " + n));
        assertThat(run(sandbox, ProcessSpec.of(argv.toArray(String[]::new))).out())
                .endsWith("argument number 4998\nargument number 4999\n");
    }

    @Test
    void aProgramIsLookedUpOnThePathThatIsGiven() throws InterruptedException, IOException {
        Sandbox sandbox = sandbox();
        try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
            files.mkdir(TreePath.of("bin"), 0755);
            files.write(
                    TreePath.of("bin/kit-tool"),
                    0755,
                    Optional.empty(),
                    new ByteArrayInputStream(
                            "#!/bin/sh\necho found\n".getBytes(StandardCharsets.UTF_8)));
        }
        ProcessSpec spec =
                ProcessSpec.of("kit-tool")
                        .withEnv(Map.of("PATH", Sandbox.WORKSPACE + "/bin:" + PATH));
        assertThat(run(sandbox, spec).out()).isEqualTo("found\n");
    }

    @Test
    void repeatingAnExecDoesNotRunItTwice() throws InterruptedException {
        Sandbox sandbox = sandbox();
        ProcessSpec spec = sh("echo once >>count");
        SandboxProcess first = sandbox.exec(spec);
        assertThat(sandbox.exec(spec).id()).isEqualTo(first.id());
        collect(first);
        assertThat(collect(sandbox.exec(spec)).exit()).isEqualTo(first.exit().orElseThrow());
        assertThat(read(sandbox, "count")).isEqualTo("once\n");
        refused(
                ErrorCode.IDEMPOTENCY_KEY_REUSED,
                () ->
                        sandbox.exec(
                                new ProcessSpec(
                                        spec.id(),
                                        List.of("true"),
                                        spec.cwd(),
                                        spec.env(),
                                        spec.stdin(),
                                        spec.deadline())));
        refused(
                ErrorCode.IDEMPOTENCY_KEY_REUSED,
                () -> sandbox.exec(spec.withEnv(Map.of("PATH", PATH, "OTHER", "1"))));
    }

    @Test
    void concurrentExecsOfOneIdRunOnce() throws InterruptedException {
        Sandbox sandbox = sandbox();
        ProcessSpec spec = sh("echo once >>count");
        together(Collections.nCopies(10, (Callable<Ran>) () -> collect(sandbox.exec(spec))));
        assertThat(read(sandbox, "count")).isEqualTo("once\n");
    }

    @Test
    void fiftyCommandsRunAtTheSameTimeWithoutMixingTheirOutput() throws InterruptedException {
        Sandbox sandbox = sandbox();
        List<Callable<String>> calls =
                IntStream.range(0, 50)
                        .mapToObj(n ->
                                (Callable<String>)
                                        () -> run(sandbox, "echo " + n + "; exit 0").out())
                        .toList();
        assertThat(together(calls))
                .containsExactlyElementsOf(IntStream.range(0, 50).mapToObj(n -> n + "\n").toList());
    }

    @Test
    void processesAreFoundByIdAndListedOldestFirst() throws InterruptedException {
        Sandbox sandbox = sandbox();
        SandboxProcess first = sandbox.exec(sh("exit 3"));
        collect(first);
        SandboxProcess second =
                sandbox.exec(ProcessSpec.of("cat").withStdin(new ProcessSpec.Stdin.Pipe()));
        assertThat(sandbox.processes())
                .extracting(SandboxProcess::id)
                .containsExactly(first.id(), second.id());
        assertThat(sandbox.process(first.id()).flatMap(SandboxProcess::exit))
                .isEqualTo(first.exit());
        assertThat(sandbox.process(ProcessId.next())).isEmpty();
        assertThat(second.exit()).isEmpty();
        assertThat(second.awaitExit(Deadline.in(Duration.ofMillis(20)))).isEmpty();
        assertThat(second.spec().argv()).containsExactly("cat");
        assertThat(second.spec().cwd()).isEqualTo(Sandbox.WORKSPACE);
        second.closeStdin();
        assertThat(second.awaitExit(soon())).isPresent();
    }

    @Test
    void homeAndTemporaryFilesCanBeWritten() throws InterruptedException {
        Sandbox sandbox = sandbox();
        Ran ran =
                run(
                        sandbox,
                        "echo a >\"$HOME/kit\" && echo b >/tmp/kit && cat \"$HOME/kit\" /tmp/kit");
        assertThat(ran.out()).as(ran.toString()).isEqualTo("a\nb\n");
        try (FileTree home = sandbox.files(Sandbox.HOME)) {
            assertThat(bytesOf(home, "kit")).isEqualTo("a\n".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void anExecThatWasRefusedLeavesNoProcess() {
        Sandbox sandbox = sandbox();
        refused(ErrorCode.INVALID_ARGUMENT, () -> sandbox.exec(ProcessSpec.of("a\0b")));
        assertThat(sandbox.processes()).isEmpty();
    }

    @Test
    void readingFromTheStartNeedsNoHurry() throws InterruptedException {
        SandboxProcess process = sandbox().exec(sh("echo quick"));
        assertThat(process.awaitExit(soon())).isPresent();
        try (OutputCollector late = new OutputCollector(process, Cursor.START)) {
            assertThat(late.toTheEnd(soon()).out()).isEqualTo("quick\n");
        }
    }
}
