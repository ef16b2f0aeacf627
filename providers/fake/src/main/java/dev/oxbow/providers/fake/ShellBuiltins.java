package dev.oxbow.providers.fake;

import dev.oxbow.sandbox.Signal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The commands that a shell carries out itself. */
final class ShellBuiltins {
    private static final Set<String> NAMES =
            Set.of(
                    ":", "cd", "echo", "exec", "exit", "export", "false", "kill", "read", "set",
                    "test", "[", "trap", "true", "wait");

    private final Shell shell;
    private final MemoryTask task;
    private final MemoryTask.Streams io;

    ShellBuiltins(Shell shell, MemoryTask.Streams io) {
        this.shell = shell;
        this.task = shell.task();
        this.io = io;
    }

    static boolean knows(String name) {
        return NAMES.contains(name);
    }

    /** The status of a builtin; empty if the command is none. */
    Optional<Integer> run(List<String> argv, Map<String, String> env)
            throws IOException, InterruptedException {
        if (!knows(argv.getFirst())) {
            return Optional.empty();
        }
        List<String> args = argv.subList(1, argv.size());
        return Optional.of(
                switch (argv.getFirst()) {
                    case "cd" -> cd(args);
                    case "echo" -> echo(args);
                    case "exec" -> exec(args, env);
                    case "exit" ->
                            throw new Shell.Exit(
                                    args.isEmpty()
                                            ? shell.status()
                                            : Integer.parseInt(args.getFirst()) & 0xFF);
                    case "false" -> 1;
                    case "kill" -> kill(args);
                    case "read" -> read(args);
                    case "test", "[" -> FileTests.check(task, args) ? 0 : 1;
                    case "trap" -> trap(args);
                    case "wait" ->
                            shell.awaitBackground(args.stream().findFirst().map(Long::parseLong));
                    default -> 0;
                });
    }

    private int cd(List<String> args) throws IOException {
        String path = args.isEmpty() ? shell.variable("HOME") : args.getFirst();
        if (task.machine().paths().find(task.cwd(), path).orElse(null) instanceof Node.Directory) {
            task.changeDirectory(path.startsWith("/") ? path : task.cwd() + "/" + path);
            return 0;
        }
        return task.fail(2, "cd: " + path + ": no such directory");
    }

    private int echo(List<String> args) throws IOException {
        task.checkAlive();
        io.out().write((String.join(" ", args) + "\n").getBytes(StandardCharsets.UTF_8));
        return 0;
    }

    private int exec(List<String> args, Map<String, String> env)
            throws IOException, InterruptedException {
        if (args.isEmpty()) {
            return 0;
        }
        task.become(args);
        task.forgetHandlers();
        task.env().keySet().retainAll(env.keySet());
        task.env().putAll(env);
        throw new Shell.Exit(MemoryPrograms.run(task, io));
    }

    private int kill(List<String> args) throws IOException {
        int signal = Signal.TERM.number();
        for (String arg : args) {
            if (arg.startsWith("-")) {
                signal = number(arg.substring(1));
            } else {
                MemoryTask target = task.machine().tasks().get(Long.parseLong(arg));
                if (target == null) {
                    return task.fail(1, "kill: no process " + arg);
                }
                target.signal(signal);
            }
        }
        task.checkAlive();
        return 0;
    }

    private static int number(String signal) {
        return signal.matches("\\d+")
                ? Integer.parseInt(signal)
                : Signal.valueOf(signal.toUpperCase(Locale.ROOT).replaceFirst("^SIG", "")).number();
    }

    private int read(List<String> args) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = io.in().read();
        while (next >= 0 && next != '\n') {
            line.write(next);
            next = io.in().read();
        }
        task.checkAlive();
        args.stream()
                .filter(arg -> !arg.startsWith("-"))
                .findFirst()
                .ifPresent(name -> shell.set(name, line.toString(StandardCharsets.UTF_8)));
        return next < 0 ? 1 : 0;
    }

    private int trap(List<String> args) {
        for (String signal : args.subList(1, args.size())) {
            shell.trap(number(signal), args.getFirst());
        }
        return 0;
    }
}
