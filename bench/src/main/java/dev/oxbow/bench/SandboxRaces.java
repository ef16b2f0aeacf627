package dev.oxbow.bench;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.SandboxId;
import dev.oxbow.providers.local.LocalConfig;
import dev.oxbow.providers.local.LocalProvider;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.OutputFrame;
import dev.oxbow.sandbox.OutputReader;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxSpec;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Making sandboxes and running commands in them, beside bubblewrap and nsenter by themselves. */
final class SandboxRaces {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Sandboxes of one burst. */
    private static final int BURST = 100;

    private final Path folder;
    private final PrintStream progress;

    SandboxRaces(Path folder, PrintStream progress) {
        this.folder = folder;
        this.progress = progress;
    }

    List<Race.Result> run(int rounds) throws IOException {
        List<Race.Result> results = new ArrayList<>();
        // Open to walk through, as the usual data folder is: a closed one costs a mount for each
        // part.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        Path data = Files.createDirectories(folder.resolve("sandboxes"));
        try (LocalProvider provider = new LocalProvider(LocalConfig.of(data))) {
            results.add(
                    new Race("create → first command output", 5, rounds, "p50 ≤ 15 ms, p99 ≤ 60 ms")
                            .run(List.of(new FirstOutput(provider), bareBubblewrap()), progress));
            results.add(exec(provider, rounds * 5));
            results.add(
                    new Race(
                                    "100 creates at once",
                                    1,
                                    Math.max(3, rounds / 10),
                                    "≤ 1 s, all succeed")
                            .run(List.of(new Burst(provider), bareBurst()), progress));
        }
        return results;
    }

    private Race.Result exec(LocalProvider provider, int rounds) throws IOException {
        Sandbox warm = provider.create(SandboxSpec.of(SandboxId.next()));
        // A namespace of the bare tools' own, held for the time of the race.
        Process holder =
                new ProcessBuilder(
                                "unshare", "-U", "-r", "-p", "-n", "-m", "--fork", "sleep", "600")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try {
            String target = String.valueOf(childOf(holder));
            return new Race("exec round trip, warm sandbox", 20, rounds, "p50 ≤ 3 ms")
                    .run(
                            List.of(
                                    Subject.of("oxbow exec true", () -> execOnce(warm)),
                                    Subject.of(
                                            "nsenter true",
                                            () ->
                                                    Command.run(
                                                            "nsenter",
                                                            "-U",
                                                            "-p",
                                                            "-n",
                                                            "-m",
                                                            "-t",
                                                            target,
                                                            "--preserve-credentials",
                                                            "true"))),
                            progress);
        } finally {
            holder.descendants().forEach(ProcessHandle::destroyForcibly);
            holder.destroyForcibly();
            provider.destroy(warm.id());
        }
    }

    /** The process inside the new namespaces, once it is there. */
    private static long childOf(Process holder) throws IOException {
        Deadline deadline = Deadline.in(PATIENCE);
        while (!deadline.expired()) {
            Optional<ProcessHandle> child = holder.children().findFirst();
            if (child.isPresent()) {
                return child.get().pid();
            }
            Thread.onSpinWait();
        }
        throw new IOException("unshare made no namespace");
    }

    private static void execOnce(Sandbox sandbox) throws Exception {
        SandboxProcess process = sandbox.exec(ProcessSpec.of("true"));
        boolean success =
                process.awaitExit(Deadline.in(PATIENCE))
                        .orElseThrow(() -> new IOException("no end"))
                        .success();
        if (!success) {
            throw new IOException("true did not end with 0");
        }
    }

    private static Subject bareBubblewrap() {
        return Subject.of("bwrap sh -c 'echo ready'", SandboxRaces::bubblewrap);
    }

    private static Subject bareBurst() {
        return Subject.of(BURST + " bwrap at once", () -> all(SandboxRaces::bubblewrap));
    }

    private static void bubblewrap() throws IOException, InterruptedException {
        Command.run(
                "bwrap",
                "--unshare-all",
                "--ro-bind",
                "/",
                "/",
                "--proc",
                "/proc",
                "--dev",
                "/dev",
                "--tmpfs",
                "/tmp",
                "sh",
                "-c",
                "echo ready");
    }

    /** Does the work {@link #BURST} times at once; fails if any of them does. */
    private static void all(Subject.Work work) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> each = new ArrayList<>();
            for (int i = 0; i < BURST; i++) {
                each.add(
                        threads.submit(() -> {
                            work.run();
                            return true;
                        }));
            }
            for (Future<Boolean> one : each) {
                one.get();
            }
        }
    }

    /** Many sandboxes made at the same time. */
    private static final class Burst implements Subject {
        private final LocalProvider provider;
        private final Queue<SandboxId> made = new ConcurrentLinkedQueue<>();

        Burst(LocalProvider provider) {
            this.provider = provider;
        }

        @Override
        public String name() {
            return BURST + " oxbow create";
        }

        @Override
        public void once() throws Exception {
            all(() -> {
                SandboxId id = SandboxId.next();
                made.add(id);
                provider.create(SandboxSpec.of(id));
            });
        }

        @Override
        public void after() {
            made.forEach(provider::destroy);
            made.clear();
        }
    }

    /** From the create call to the first byte that a command in the new sandbox wrote. */
    private static final class FirstOutput implements Subject {
        private final LocalProvider provider;
        private Optional<SandboxId> made = Optional.empty();

        FirstOutput(LocalProvider provider) {
            this.provider = provider;
        }

        @Override
        public String name() {
            return "oxbow create + exec";
        }

        @Override
        public void once() throws Exception {
            SandboxId id = SandboxId.next();
            made = Optional.of(id);
            Sandbox sandbox = provider.create(SandboxSpec.of(id));
            SandboxProcess process = sandbox.exec(ProcessSpec.of("sh", "-c", "echo ready"));
            try (OutputReader output = process.read(Cursor.START)) {
                OutputFrame frame =
                        output.next(Deadline.in(PATIENCE))
                                .orElseThrow(() -> new IOException("no output"));
                if (!(frame instanceof OutputFrame.Data)) {
                    throw new IOException("ended without output: " + frame);
                }
            }
        }

        @Override
        public void after() {
            made.ifPresent(provider::destroy);
        }
    }
}
