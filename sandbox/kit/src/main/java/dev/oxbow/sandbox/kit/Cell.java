package dev.oxbow.sandbox.kit;

import dev.oxbow.base.ByteSize;
import dev.oxbow.base.ProcessId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.Limits;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.sandbox.Terminal;
import dev.oxbow.sandbox.TerminalSize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The sandboxes that attempts are made in: one, a small one, and a neighbour with something to
 * find.
 */
final class Cell {
    /** Walls that are shown in a setting of their own, not by a provider without them. */
    static final Set<Wall> NEVER_LEFT_OUT =
            Set.of(Wall.TERMINAL, Wall.START, Wall.PATHS, Wall.LIMITS);

    private static final Limits NARROW =
            new Limits(
                    Optional.of(ByteSize.mebibytes(64)),
                    OptionalDouble.empty(),
                    OptionalInt.of(40),
                    Optional.of(ByteSize.mebibytes(2)));
    private static final String ON_THE_HOST = "on the host";
    private static final String ON_A_TERMINAL = "on a terminal";
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final Sandbox sandbox;
    private final Supplier<Sandbox> small;
    private final Supplier<Sandbox> unlimited;
    private final Map<String, String> variables;
    private final Bait bait;

    private Cell(
            Sandbox sandbox,
            Supplier<Sandbox> small,
            Supplier<Sandbox> unlimited,
            Map<String, String> variables,
            Bait bait) {
        this.sandbox = sandbox;
        this.small = small;
        this.unlimited = unlimited;
        this.variables = variables;
        this.bait = bait;
    }

    static Cell open(
            SandboxProvider provider, Supplier<SandboxId> ids, Bait bait, Set<Wall> without)
            throws InterruptedException {
        String mark = ProviderContract.markedSeconds();
        if (without.isEmpty() || without.contains(Wall.PROCESSES)) {
            Sandbox neighbour = provider.create(SandboxSpec.of(ids.get()));
            ProviderContract.untilReady(
                    neighbour.exec(ProviderContract.sh("echo ready; exec sleep " + mark)));
        }
        return new Cell(
                provider.create(SandboxSpec.of(ids.get())),
                () -> provider.create(SandboxSpec.of(ids.get()).withLimits(NARROW)),
                () -> provider.create(SandboxSpec.of(ids.get()).withLimits(Limits.NONE)),
                bait.variables(mark),
                bait);
    }

    /** Makes an attempt; what it said. */
    String make(Attempt attempt, EscapeCorpus corpus) throws IOException, InterruptedException {
        List<String> command = corpus.command(attempt);
        return switch (attempt.kind()) {
            case SHELL, PERL -> run(sandbox, command);
            case TERMINAL -> onTerminal(command);
            case LIMITED -> run(small.get(), command);
            case HOST -> {
                String trap = run(sandbox, command);
                try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
                    yield trap
                            + HostSide.step(
                                    attempt,
                                    new HostSide.Port(files),
                                    outside(),
                                    () -> exchangeInside());
                }
            }
            case ELSEWHERE -> throw new IllegalArgumentException(attempt.toString());
        };
    }

    /** Makes it where its wall is down in this cell, or else in the setting that it names. */
    String makeWithout(Attempt attempt, EscapeCorpus corpus)
            throws IOException, InterruptedException {
        List<String> command = corpus.command(attempt);
        if (attempt.kind() == Attempt.Kind.LIMITED) {
            return run(unlimited.get(), command);
        }
        if (attempt.kind() == Attempt.Kind.HOST) {
            return carelessly(attempt, command);
        }
        String setting = attempt.setting().orElse("");
        String before = setting.replaceFirst("^[^']*'?", "").replaceFirst("'$", "");
        List<String> after =
                before.isEmpty()
                        ? command
                        : List.of(command.get(0), command.get(1), before + "\n" + command.get(2));
        if (setting.startsWith(ON_THE_HOST)) {
            Path folder = Files.createTempDirectory(Path.of("/var/tmp"), "attempt-");
            try {
                return onTheHost(after, folder);
            } finally {
                remove(folder);
            }
        }
        return setting.equals(ON_A_TERMINAL) ? onTerminal(command) : run(sandbox, after);
    }

    private String run(Sandbox in, List<String> command) throws InterruptedException {
        return ProviderContract.run(in, spec(command)).out();
    }

    private ProcessSpec spec(List<String> command) {
        ProcessSpec plain = ProcessSpec.of(command.toArray(String[]::new));
        Map<String, String> env = new HashMap<>(plain.env());
        env.putAll(variables);
        return new ProcessSpec(
                ProcessId.next(),
                plain.argv(),
                plain.cwd(),
                env,
                plain.stdin(),
                Optional.of(LONGEST));
    }

    private String onTerminal(List<String> command) throws InterruptedException {
        Terminal terminal = sandbox.openTerminal(spec(command), new TerminalSize(200, 50));
        try (Viewing viewing = Viewing.from(terminal, 0)) {
            return viewing.rest();
        }
    }

    private Path outside() {
        return Path.of("/").relativize(bait.folder());
    }

    private void exchangeInside() {
        try {
            run(sandbox, List.of("bash", "-c", "mv swap aside; ln -s \"$BAIT\" swap"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The trap in a folder of the host, and a host that steps into it without looking. */
    private String carelessly(Attempt attempt, List<String> command) throws IOException {
        Path folder = Files.createTempDirectory(Path.of("/var/tmp"), "attempt-");
        try {
            String trap = onTheHost(command, folder);
            return trap
                    + HostSide.step(
                            attempt,
                            new HostSide.Careless(folder),
                            outside(),
                            () -> exchange(folder));
        } finally {
            remove(folder);
        }
    }

    private void exchange(Path folder) {
        try {
            Files.move(folder.resolve("swap"), folder.resolve("aside"));
            Files.createSymbolicLink(folder.resolve("swap"), bait.folder());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String onTheHost(List<String> command, Path folder) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/bin:/bin");
        builder.environment().putAll(variables);
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        Process process = builder.start();
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                    Files.delete(path);
                }
            }
        }
    }
}
