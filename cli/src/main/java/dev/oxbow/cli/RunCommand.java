package dev.oxbow.cli;

import dev.oxbow.base.Json;
import dev.oxbow.base.RunId;
import dev.oxbow.engine.Continuation;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.Keeping;
import dev.oxbow.engine.RunRequest;
import dev.oxbow.engine.RunView;
import dev.oxbow.workspace.ConflictPolicy;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "run",
        description = "Run an agent on this worktree and bring its changes back.",
        footer = {
            "",
            "Examples:",
            "  ox run \"fix the failing test\"",
            "  ox run --agent claude-code --continue \"now add a test for it\"",
            "  git diff | ox run -",
            "  ox run --agent command -- make test",
            "",
            "Exit codes: 0 completed, 1 agent failed, 64 usage, 69 unavailable, 73 conflict,",
            "  77 credential, 124 timeout, 130 cancelled, 137 out of memory."
        })
final class RunCommand extends OxCommand {
    @Parameters(
            arity = "0..*",
            paramLabel = "PROMPT",
            description = "What to do; '-' reads it from standard input.")
    private List<String> words = List.of();

    @Option(
            names = {"-a", "--agent"},
            paramLabel = "NAME",
            completionCandidates = Choices.Agents.class,
            description = "codex (default), opencode, claude-code, gemini or command.")
    private String agent = "codex";

    @Option(
            names = {"-m", "--model"},
            paramLabel = "MODEL",
            description = "The model.")
    private Optional<String> model = Optional.empty();

    @Option(
            names = "--model-url",
            paramLabel = "URL",
            description = "Base URL of the model, as the agent's documentation gives it.")
    private Optional<String> modelUrl = Optional.empty();

    @Option(
            names = "--model-key-env",
            paramLabel = "NAME",
            description = "Variable with the model's key, if it is not the agent's usual one.")
    private Optional<String> modelKeyEnv = Optional.empty();

    @Option(names = "--provider", paramLabel = "NAME", description = "Sandbox provider (local).")
    private Optional<String> provider = Optional.empty();

    @Mixin private TierOptions tier = new TierOptions();

    @Option(
            names = "--network",
            paramLabel = "HOSTS",
            split = ",",
            description = "none (default: only the model) or host[:port],...")
    private List<String> network = List.of();

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "Longest time of the agent, like 90s or 30m (default 1h).")
    private Optional<String> timeout = Optional.empty();

    @Option(
            names = "--idle-timeout",
            paramLabel = "TIME",
            description = "Longest silence of the agent (default: none).")
    private Optional<String> idleTimeout = Optional.empty();

    @Option(
            names = {"-c", "--continue"},
            description = "Go on with the agent's last session on this worktree.")
    private boolean latest;

    @Option(names = "--session", paramLabel = "ID", description = "Go on with this session.")
    private Optional<String> session = Optional.empty();

    @Option(
            names = "--on-conflict",
            paramLabel = "POLICY",
            completionCandidates = Choices.Policies.class,
            description =
                    "Files that both sides changed: fail (default), local, sandbox, both, merge.")
    private String onConflict = "fail";

    @Option(
            names = "--include",
            paramLabel = "PATH",
            description = "Bring this path along although git ignores it; repeatable.")
    private List<String> include = List.of();

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR",
            description = "Folder for the artifacts (default .ox/runs/<run>).")
    private Optional<Path> out = Optional.empty();

    @Option(
            names = {"-d", "--detach"},
            description = "Return at once; the run goes on by itself.")
    private boolean detach;

    @Option(
            names = "--watch",
            description = "Bring your edits in while the agent works (default: they wait).")
    private boolean watch;

    @Option(
            names = "--trust-repository",
            description = "Let the repository configure its agent; its code then sees the key.")
    private boolean trustRepository;

    @Option(
            names = "--keep",
            description =
                    "Keep the sandbox until it is removed by name, also if it fails or its run is"
                            + " removed.")
    private boolean keep;

    @Option(names = "--rm", description = "Remove the sandbox once the work is back.")
    private boolean remove;

    @Option(
            names = "--attempts",
            paramLabel = "N",
            description = "Start N runs side by side; keep the best with 'ox apply RUN'.")
    private int attempts = 1;

    @Option(
            names = "--from",
            paramLabel = "CHECKPOINT",
            description = "Begin with the files of a checkpoint, in a sandbox of its own.")
    private Optional<String> from = Optional.empty();

    RunCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int execute() throws IOException, InterruptedException {
        RunRequest.Builder wanted = request();
        try (Engine engine = engine()) {
            from.map(text -> CheckpointNames.find(engine, text, surroundings().cwd()))
                    .ifPresent(wanted::from);
            RunRequest request = wanted.build();
            if (detach) {
                return detached(engine, engine.start(request));
            }
            RunWatch watch = new RunWatch(engine, surroundings(), options());
            List<RunView> shown = watch.run(request);
            int exitCode = watch.leftWith().orElseGet(() -> exitCode(shown));
            if (options().json()) {
                shown.forEach(run -> print(Json.write(OutcomeLine.of(run, exitCode))));
            } else {
                RunSummary summary = new RunSummary(surroundings(), options().quiet());
                shown.forEach(run -> summary.print(run, shown.size() > 1));
                if (shown.size() > 1 && !options().quiet()) {
                    AttemptTable.lines(engine.attempts(shown.getFirst().id()), style())
                            .forEach(this::print);
                }
            }
            surroundings().out().flush();
            return exitCode;
        }
    }

    /** Of several attempts one success is enough. */
    private static int exitCode(List<RunView> runs) {
        return runs.stream()
                .mapToInt(run -> run.outcome().map(o -> o.exitCode()).orElse(0))
                .reduce((a, b) -> a == 0 || b == 0 ? 0 : a)
                .orElse(OK);
    }

    private int detached(Engine engine, List<RunId> runs) {
        for (RunId run : runs) {
            if (options().json()) {
                print(Json.write(OutcomeLine.of(engine.run(run), OK)));
            } else {
                print(run.value());
                note("    follow it with: ox attach " + run);
            }
        }
        return OK;
    }

    private RunRequest.Builder request() throws IOException {
        if (keep && remove) {
            throw usage("--keep and --rm exclude each other", "Give one of them or none.");
        }
        if (latest && session.isPresent()) {
            throw usage("--continue and --session exclude each other", "Give one of them.");
        }
        if (from.isPresent() && (latest || session.isPresent())) {
            throw usage(
                    "--from begins a session of its own", "Leave --continue and --session out.");
        }
        if (from.isPresent() && watch) {
            throw usage("--from and --watch exclude each other", "Give one of them.");
        }
        if (attempts < 1 || attempts > 16) {
            throw usage("--attempts must be 1 to 16", "Choose fewer attempts.");
        }
        if (watch && attempts > 1) {
            throw usage("--watch and --attempts exclude each other", "Give one of them.");
        }
        boolean command = agent.equals("command");
        RunRequest.Builder builder =
                RunRequest.of(surroundings().cwd(), command ? "" : prompt())
                        .agent(agent)
                        .network(hosts())
                        .onConflict(ConflictPolicy.parse(onConflict))
                        .include(included())
                        .detach(detach)
                        .attempts(attempts)
                        .trustRepository(trustRepository)
                        .keeping(keep ? Keeping.KEEP : remove ? Keeping.REMOVE : Keeping.IDLE)
                        .continuation(continuation());
        tier.addTo(builder);
        if (command) {
            if (words.isEmpty()) {
                throw usage("no command given", "Use: ox run --agent command -- make test");
            }
            builder.command(words);
        }
        if (watch) {
            builder.watch(RunRequest.DEFAULT_QUIET);
        }
        model.ifPresent(builder::model);
        modelUrl.map(RunCommand::url).ifPresent(builder::modelUrl);
        modelKeyEnv.ifPresent(builder::modelKeyEnv);
        provider.ifPresent(builder::provider);
        timeout.map(t -> Figures.duration("--timeout", t)).ifPresent(builder::timeout);
        idleTimeout.map(t -> Figures.duration("--idle-timeout", t)).ifPresent(builder::idleTimeout);
        out.map(surroundings().cwd()::resolve).ifPresent(builder::out);
        return builder;
    }

    private String prompt() throws IOException {
        String prompt =
                words.equals(List.of("-"))
                        ? new String(surroundings().in().readAllBytes(), StandardCharsets.UTF_8)
                        : String.join(" ", words);
        if (prompt.isBlank()) {
            throw usage("no prompt given", "Say what to do: ox run \"fix the failing test\"");
        }
        return prompt;
    }

    private List<String> included() {
        for (String path : include) {
            if (path.startsWith("/") || List.of(path.split("/")).contains("..")) {
                throw usage(
                        "--include " + path + ": not a path inside the worktree",
                        "Write it as seen from the worktree's root, such as --include .env.test");
            }
        }
        return include;
    }

    private Continuation continuation() {
        if (session.isPresent()) {
            return new Continuation.Session(session.get());
        }
        return latest ? new Continuation.Latest() : new Continuation.Fresh();
    }

    private List<String> hosts() {
        List<String> hosts = network.stream().map(String::strip).filter(h -> !h.isEmpty()).toList();
        if (hosts.contains("none") && hosts.size() > 1) {
            throw usage("--network none allows nothing else", "Leave 'none' out.");
        }
        return hosts.equals(List.of("none")) ? List.of() : hosts;
    }

    private static URI url(String text) {
        try {
            URI uri = URI.create(text);
            if (uri.getHost() != null
                    && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (IllegalArgumentException _) {
            // Said below, for both kinds of wrong text.
        }
        throw usage("--model-url: not an http or https address", "Write it with scheme and host.");
    }
}
