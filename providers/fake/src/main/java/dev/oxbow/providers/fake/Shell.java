package dev.oxbow.providers.fake;

import dev.oxbow.providers.fake.MemoryTask.Streams;
import dev.oxbow.providers.fake.ShellSyntax.Item;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;

/** Runs parsed shell scripts as a task. */
final class Shell {
    private final MemoryTask task;
    private final Map<String, String> variables;
    private final List<String> positional;
    private final Map<Integer, String> traps = new LinkedHashMap<>();
    private final Map<Long, MemoryTask> background = new LinkedHashMap<>();
    private int status;
    private long lastBackground;

    /** Ends the script. */
    static final class Exit extends RuntimeException {
        private final int code;

        Exit(int code) {
            super("exit", null, false, false);
            this.code = code;
        }
    }

    Shell(MemoryTask task, List<String> positional) {
        this.task = task;
        this.variables = new TreeMap<>(task.env());
        this.positional = positional;
    }

    private Shell(MemoryTask task, Shell parent) {
        this.task = task;
        this.variables = new TreeMap<>(parent.variables);
        this.positional = parent.positional;
        this.status = parent.status;
        this.lastBackground = parent.lastBackground;
    }

    int run(String script, Streams io) throws IOException, InterruptedException {
        ShellSyntax parsed;
        try {
            parsed = ShellParser.parse(script);
        } catch (ShellParser.SyntaxError wrong) {
            return task.fail(2, "syntax error: " + wrong.getMessage());
        }
        return runToExit(parsed, io);
    }

    private int runToExit(ShellSyntax parsed, Streams io) throws IOException, InterruptedException {
        try {
            status = run(parsed, io);
            runTraps(io);
            return status;
        } catch (Exit exit) {
            return exit.code;
        }
    }

    private int run(ShellSyntax syntax, Streams io) throws IOException, InterruptedException {
        task.checkAlive();
        status =
                switch (syntax) {
                    case ShellSyntax.Sequence sequence -> sequence(sequence, io);
                    case ShellSyntax.Both both -> {
                        int left = run(both.left(), io);
                        yield (left == 0) == both.and() ? run(both.right(), io) : left;
                    }
                    case ShellSyntax.Not not -> run(not.command(), io) == 0 ? 1 : 0;
                    case ShellSyntax.Pipeline pipeline -> pipeline(pipeline, io);
                    case ShellSyntax.Subshell subshell -> await(fork(subshell.body(), io));
                    case ShellSyntax.Loop loop -> loop(loop, io);
                    case ShellSyntax.For each -> forEach(each, io);
                    case ShellSyntax.If choice -> {
                        if (run(choice.condition(), io) == 0) {
                            yield run(choice.then(), io);
                        }
                        yield choice.otherwise().isPresent()
                                ? run(choice.otherwise().get(), io)
                                : 0;
                    }
                    case ShellSyntax.Redirected redirected ->
                            run(redirected.body(), redirect(redirected.redirections(), io));
                    case ShellSyntax.Simple simple -> simple(simple, io);
                };
        runTraps(io);
        return status;
    }

    private void runTraps(Streams io) throws IOException, InterruptedException {
        for (int signal : task.takePending()) {
            String action = traps.get(signal);
            if (action != null) {
                int before = status;
                run(ShellParser.parse(action), io);
                status = before;
            }
        }
    }

    private int sequence(ShellSyntax.Sequence sequence, Streams io)
            throws IOException, InterruptedException {
        int last = 0;
        for (Item item : sequence.items()) {
            if (item.background()) {
                // As POSIX has it: what runs in the background does not read our input.
                MemoryTask child =
                        fork(
                                item.command(),
                                new Streams(InputStream.nullInputStream(), io.out(), io.err()));
                background.put(child.pid(), child);
                lastBackground = child.pid();
                last = 0;
            } else {
                last = run(item.command(), io);
            }
            status = last;
        }
        return last;
    }

    /** Runs in a task of its own: the command itself if it is simple, else a copy of the shell. */
    private MemoryTask fork(ShellSyntax command, Streams io) {
        return task.spawn(
                task.argv(), task.env(), io, child -> new Shell(child, this).asChild(command, io));
    }

    private int asChild(ShellSyntax command, Streams io) throws IOException, InterruptedException {
        if (command instanceof ShellSyntax.Simple simple && !simple.words().isEmpty()) {
            List<String> argv = new ShellWords(this, io).expand(simple.words());
            if (!ShellBuiltins.knows(argv.getFirst())) {
                return runToExit(
                        new ShellSyntax.Simple(
                                simple.assignments(),
                                prepended("exec", simple.words()),
                                simple.redirections()),
                        io);
            }
        }
        return runToExit(command, io);
    }

    private static List<ShellSyntax.Word> prepended(String first, List<ShellSyntax.Word> rest) {
        List<ShellSyntax.Word> words = new ArrayList<>();
        words.add(new ShellSyntax.Word(List.of(new ShellSyntax.Part.Text(first, false))));
        words.addAll(rest);
        return words;
    }

    /** Waits for a child that runs in the foreground: handlers of signals come after it. */
    private int await(MemoryTask child) throws InterruptedException {
        try {
            return child.code().get();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private int pipeline(ShellSyntax.Pipeline pipeline, Streams io)
            throws InterruptedException, IOException {
        List<MemoryTask> children = new ArrayList<>();
        Optional<InputBuffer> from = Optional.empty();
        for (ShellSyntax command : pipeline.commands()) {
            boolean last = children.size() == pipeline.commands().size() - 1;
            Optional<InputBuffer> read = from;
            InputBuffer written = new InputBuffer();
            Streams streams =
                    new Streams(
                            read.isPresent() ? read.get() : io.in(),
                            last ? io.out() : written.sink(),
                            io.err());
            children.add(
                    task.spawn(
                            task.argv(),
                            task.env(),
                            streams,
                            child -> {
                                try {
                                    return new Shell(child, this).asChild(command, streams);
                                } finally {
                                    written.end();
                                    read.ifPresent(InputBuffer::refuse);
                                }
                            }));
            from = Optional.of(written);
        }
        int last = 0;
        for (MemoryTask child : children) {
            last = await(child);
        }
        return last;
    }

    private int loop(ShellSyntax.Loop loop, Streams io) throws IOException, InterruptedException {
        int last = 0;
        while ((run(loop.condition(), io) == 0) != loop.until()) {
            last = run(loop.body(), io);
        }
        return last;
    }

    private int forEach(ShellSyntax.For each, Streams io) throws IOException, InterruptedException {
        int last = 0;
        for (String value : new ShellWords(this, io).expand(each.words())) {
            variables.put(each.name(), value);
            last = run(each.body(), io);
        }
        return last;
    }

    private Streams redirect(List<ShellSyntax.Redirection> redirections, Streams io)
            throws IOException, InterruptedException {
        Streams now = io;
        for (ShellSyntax.Redirection redirection : redirections) {
            String target = new ShellWords(this, io).joined(redirection.target());
            now =
                    switch (redirection.operator()) {
                        case ">&" -> with(now, redirection.descriptor(), target(now, target));
                        case "<&" -> now;
                        case "<" ->
                                new Streams(
                                        MemoryPrograms.input(task, target), now.out(), now.err());
                        default ->
                                with(
                                        now,
                                        redirection.descriptor(),
                                        MemoryPrograms.output(
                                                task, target, redirection.operator().equals(">>")));
                    };
        }
        return now;
    }

    private static OutputStream target(Streams now, String descriptor) {
        return descriptor.equals("2") ? now.err() : now.out();
    }

    private static Streams with(Streams now, int descriptor, OutputStream sink) {
        return descriptor == 2
                ? new Streams(now.in(), now.out(), sink)
                : new Streams(now.in(), sink, now.err());
    }

    private int simple(ShellSyntax.Simple simple, Streams io)
            throws IOException, InterruptedException {
        ShellWords words = new ShellWords(this, io);
        List<String> argv = words.expand(simple.words());
        Streams streams;
        try {
            streams = redirect(simple.redirections(), io);
        } catch (IOException unopened) {
            io.err()
                    .write(
                            ("sh: " + unopened.getMessage() + "\n")
                                    .getBytes(StandardCharsets.UTF_8));
            return 2;
        }
        Map<String, String> env = new TreeMap<>(exported());
        for (ShellSyntax.Assignment assignment : simple.assignments()) {
            String value = words.joined(assignment.value());
            (argv.isEmpty() ? variables : env).put(assignment.name(), value);
        }
        if (argv.isEmpty()) {
            return 0;
        }
        Optional<Integer> builtin = new ShellBuiltins(this, streams).run(argv, env);
        if (builtin.isPresent()) {
            return builtin.get();
        }
        return await(task.spawn(argv, env, streams, child -> MemoryPrograms.run(child, streams)));
    }

    private Map<String, String> exported() {
        Map<String, String> env = new TreeMap<>();
        task.env().keySet().forEach(name -> env.put(name, variables.getOrDefault(name, "")));
        return env;
    }

    /** What a command in {@code $( … )} writes. */
    String outputOf(ShellSyntax command, Streams io) throws InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Streams streams = new Streams(io.in(), out, io.err());
        status = await(fork(command, streams));
        return out.toString(StandardCharsets.UTF_8).replaceAll("\n+$", "");
    }

    String variable(String name) {
        return switch (name) {
            case "?" -> Integer.toString(status);
            case "$" -> Long.toString(task.pid());
            case "!" -> Long.toString(lastBackground);
            case "#" -> Integer.toString(Math.max(0, positional.size() - 1));
            case "@" -> String.join(" ", positional.subList(1, positional.size()));
            default ->
                    Character.isDigit(name.charAt(0))
                            ? positional.size() > Integer.parseInt(name)
                                    ? positional.get(Integer.parseInt(name))
                                    : ""
                            : variables.getOrDefault(name, "");
        };
    }

    void set(String name, String value) {
        variables.put(name, value);
    }

    void trap(int signal, String action) {
        traps.put(signal, action);
        task.dispose(signal, action.isEmpty(), !action.isEmpty());
    }

    MemoryTask task() {
        return task;
    }

    int status() {
        return status;
    }

    /** Waits for one child or all; a handled signal ends the waiting. */
    int awaitBackground(Optional<Long> pid) throws InterruptedException {
        List<MemoryTask> wanted =
                pid.map(p -> Optional.ofNullable(background.get(p)).map(List::of).orElse(List.of()))
                        .orElseGet(() -> List.copyOf(background.values()));
        int last = 0;
        for (MemoryTask child : wanted) {
            while (!child.code().isDone() && !task.hasPending()) {
                task.checkAlive();
                Thread.sleep(2);
            }
            last = child.code().getNow(128);
        }
        return pid.isPresent() ? last : 0;
    }
}
