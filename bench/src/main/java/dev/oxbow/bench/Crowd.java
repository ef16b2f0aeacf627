package dev.oxbow.bench;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.SandboxId;
import dev.oxbow.providers.local.LocalConfig;
import dev.oxbow.providers.local.LocalProvider;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.Lifetime;
import dev.oxbow.sandbox.OutputReader;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.sandbox.Terminal;
import dev.oxbow.sandbox.TerminalFrame;
import dev.oxbow.sandbox.TerminalReader;
import dev.oxbow.sandbox.TerminalSize;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * A process that keeps many sandboxes: {@code Crowd FOLDER}, told what to do by lines. {@code grow
 * N} makes sandboxes until there are so many; {@code watch} starts a command in each and reads it;
 * {@code terminals N} opens so many in one more, and tells the used heap.
 */
final class Crowd {
    /** What each command begins with. */
    static final String GREETING = "here\n";

    private static final int THREADS = 4;

    private Crowd() {}

    /** Ends with its input. */
    public static void main(String[] args) throws Exception {
        List<Sandbox> sandboxes = new ArrayList<>();
        List<AutoCloseable> readers = new ArrayList<>();
        try (LocalProvider provider = new LocalProvider(LocalConfig.of(Path.of(args[0])));
                BufferedReader in =
                        new BufferedReader(
                                new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.println("open");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ", -1);
                switch (words[0]) {
                    case "grow" -> {
                        int more = Integer.parseInt(words[1]) - sandboxes.size();
                        sandboxes.addAll(each(numbers(more), _ -> create(provider)));
                        System.gc();
                        System.out.println("done");
                    }
                    case "watch" -> {
                        readers.addAll(each(sandboxes, Crowd::watch));
                        System.gc();
                        System.out.println("done");
                    }
                    case "terminals" -> {
                        Sandbox one = create(provider);
                        int count = Integer.parseInt(words[1]);
                        readers.addAll(each(numbers(count), _ -> terminal(one)));
                        long used = heap();
                        provider.destroy(one.id());
                        System.out.println(used);
                    }
                    default -> throw new IOException("not understood: " + line);
                }
            }
        }
        System.out.println(readers.size());
    }

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    private static long heap() {
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static TerminalReader terminal(Sandbox sandbox) throws Exception {
        Terminal terminal =
                sandbox.openTerminal(
                        ProcessSpec.of("sh", "-c", "echo here; exec cat"), TerminalSize.DEFAULT);
        TerminalReader reader = terminal.read(0);
        while (!(reader.next(Deadline.in(OurStarts.PATIENCE)).orElseThrow()
                instanceof TerminalFrame.Data)) {
            // Its size is told first.
        }
        return reader;
    }

    private static Sandbox create(LocalProvider provider) {
        return provider.create(SandboxSpec.of(SandboxId.next()).withLifetime(Lifetime.ENDLESS));
    }

    private static OutputReader watch(Sandbox sandbox) throws Exception {
        OutputReader reader =
                sandbox.exec(
                                ProcessSpec.of("sh", "-c", "echo here; exec cat")
                                        .withStdin(new ProcessSpec.Stdin.Pipe()))
                        .read(Cursor.START);
        if (reader.next(Deadline.in(OurStarts.PATIENCE)).isEmpty()) {
            throw new IOException("no output");
        }
        return reader;
    }

    /** Something done with one. */
    @FunctionalInterface
    interface Work<T, R> {
        R with(T one) throws Exception;
    }

    /** Does it with each, a few at a time. */
    static <T, R> List<R> each(List<T> all, Work<T, R> work)
            throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<R>> begun = new ArrayList<>();
            for (T one : all) {
                Callable<R> call = () -> work.with(one);
                begun.add(threads.submit(call));
            }
            List<R> done = new ArrayList<>();
            for (Future<R> one : begun) {
                done.add(one.get());
            }
            return done;
        }
    }
}
