package dev.oxbow.bench;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.TreePath;
import dev.oxbow.providers.local.LocalConfig;
import dev.oxbow.providers.local.LocalProvider;
import dev.oxbow.sandbox.Checkpoint;
import dev.oxbow.sandbox.CheckpointSpec;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.SandboxSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Freezing a sandbox of 100 MB with 1 MB changed, going back, and forking it, beside a bare mount
 * of overlayfs and a copy. What the files hold afterwards is verified by their hashes.
 */
final class CheckpointRaces {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int MEGABYTE = 1 << 20;
    private static final int MEGABYTES = 100;
    private static final int BURST = 100;

    private final Path folder;
    private final PrintStream progress;

    CheckpointRaces(Path folder, PrintStream progress) {
        this.folder = folder;
        this.progress = progress;
    }

    List<Race.Result> run(int rounds) throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        Path data = Files.createDirectories(folder.resolve("checkpoints"));
        Path tree = Files.createDirectories(folder.resolve("hundred"));
        List<Race.Result> results = new ArrayList<>();
        try (LocalProvider provider = new LocalProvider(LocalConfig.of(data))) {
            Sandbox sandbox = provider.create(SandboxSpec.of(SandboxId.next()));
            Random random = new Random(7);
            byte[] block = new byte[MEGABYTE];
            for (int i = 0; i < MEGABYTES; i++) {
                random.nextBytes(block);
                Files.write(tree.resolve("f" + i), block);
                write(sandbox, "f" + i, block);
            }
            String whole = hash(sandbox);
            Checkpoint base = sandbox.checkpoint(CheckpointSpec.of(CheckpointId.next()));
            Subject copy =
                    Subject.of(
                            "cp -a",
                            () ->
                                    Command.run(
                                            "sh",
                                            "-c",
                                            "cp -a \"$1\" \"$1.copy\" && rm -r \"$1.copy\"",
                                            "sh",
                                            tree.toString()));
            results.add(
                    new Race("checkpoint, 100 MB with 1 MB changed", 3, rounds, "p50 ≤ 10 ms")
                            .run(List.of(taking(provider, sandbox), bare(tree), copy), progress));
            results.add(
                    new Race("rollback, 100 MB with 1 MB changed", 3, rounds, "p50 ≤ 10 ms")
                            .run(
                                    List.of(back(sandbox, base, whole, rounds), bare(tree)),
                                    progress));
            results.add(
                    new Race("fork, 100 MB", 3, rounds, "p50 ≤ 10 ms")
                            .run(
                                    List.of(new Forks(provider, base, 1, whole), bare(tree)),
                                    progress));
            results.add(
                    new Race(
                                    "100 forks at once, all answer",
                                    1,
                                    Math.max(3, rounds / 10),
                                    "≤ 600 ms")
                            .run(List.of(new Forks(provider, base, BURST, whole)), progress));
            provider.destroy(sandbox.id());
            provider.checkpoints().forEach(c -> provider.deleteCheckpoint(c.id()));
        }
        return results;
    }

    private static void write(Sandbox sandbox, String name, byte[] content) {
        try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
            files.write(
                    TreePath.of(name), 0644, Optional.empty(), new ByteArrayInputStream(content));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String hash(Sandbox sandbox) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
            for (var entry : files.scan(_ -> true)) {
                digest.update(
                        entry.path().toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
                try (InputStream in = new DigestInputStream(files.read(entry.path()), digest)) {
                    long unusedCount = in.transferTo(java.io.OutputStream.nullOutputStream());
                }
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void expect(String wanted, Sandbox sandbox) throws Exception {
        if (!hash(sandbox).equals(wanted)) {
            throw new IOException("the files are not what they were");
        }
    }

    private static void spoil(Sandbox sandbox, int round) {
        byte[] block = new byte[MEGABYTE];
        new Random(round).nextBytes(block);
        write(sandbox, "f" + Math.floorMod(round, MEGABYTES), block);
    }

    private static Subject taking(SandboxProvider provider, Sandbox sandbox) {
        return new Subject() {
            private int round;
            private Optional<Checkpoint> taken = Optional.empty();

            @Override
            public String name() {
                return "oxbow checkpoint";
            }

            @Override
            public void before() {
                spoil(sandbox, ++round);
            }

            @Override
            public void once() {
                taken = Optional.of(sandbox.checkpoint(CheckpointSpec.of(CheckpointId.next())));
            }

            @Override
            public void after() throws Exception {
                if (round % 10 == 0) {
                    String now = hash(sandbox);
                    Sandbox fork =
                            provider.create(
                                    SandboxSpec.of(SandboxId.next())
                                            .from(taken.orElseThrow().id()));
                    expect(now, fork);
                    provider.destroy(fork.id());
                }
            }
        };
    }

    private static Subject back(Sandbox sandbox, Checkpoint to, String whole, int rounds) {
        return new Subject() {
            private int round;

            @Override
            public String name() {
                return "oxbow rollback";
            }

            @Override
            public void before() {
                spoil(sandbox, ++round);
            }

            @Override
            public void once() {
                int unusedIncarnation = sandbox.rollback(to.id()).incarnation();
            }

            @Override
            public void after() throws Exception {
                if (round % 10 == 0 || round == rounds) {
                    expect(whole, sandbox);
                }
            }
        };
    }

    /** Mounts one empty layer over the tree, as root or in a user namespace. */
    private Subject bare(Path tree) throws IOException {
        Path upper = Files.createDirectories(folder.resolve("bare/upper"));
        Path work = Files.createDirectories(folder.resolve("bare/work"));
        Path at = Files.createDirectories(folder.resolve("bare/at"));
        return Subject.of(
                "unshare + mount overlay",
                () ->
                        Command.run(
                                "unshare",
                                "-Urm",
                                "mount",
                                "-t",
                                "overlay",
                                "overlay",
                                "-o",
                                "userxattr,lowerdir=%s,upperdir=%s,workdir=%s"
                                        .formatted(tree, upper, work),
                                at.toString()));
    }

    /** Forks made at the same time, each answering a command. */
    private static final class Forks implements Subject {
        private final SandboxProvider provider;
        private final Checkpoint from;
        private final int count;
        private final String whole;
        private final Queue<Sandbox> made = new ConcurrentLinkedQueue<>();
        private int round;

        Forks(SandboxProvider provider, Checkpoint from, int count, String whole) {
            this.provider = provider;
            this.from = from;
            this.count = count;
            this.whole = whole;
        }

        @Override
        public String name() {
            return count == 1 ? "oxbow fork" : count + " oxbow forks";
        }

        @Override
        public void once() throws Exception {
            if (count == 1) {
                fork();
                return;
            }
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<Boolean>> each = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    each.add(
                            threads.submit(() -> {
                                answer(fork());
                                return true;
                            }));
                }
                for (Future<Boolean> one : each) {
                    one.get();
                }
            }
        }

        private Sandbox fork() {
            Sandbox fork = provider.create(SandboxSpec.of(SandboxId.next()).from(from.id()));
            made.add(fork);
            return fork;
        }

        private static void answer(Sandbox sandbox) throws Exception {
            boolean success =
                    sandbox.exec(ProcessSpec.of("test", "-s", "f99"))
                            .awaitExit(Deadline.in(PATIENCE))
                            .orElseThrow(() -> new IOException("no end"))
                            .success();
            if (!success) {
                throw new IOException("a fork did not answer");
            }
        }

        @Override
        public void after() throws Exception {
            if (round++ % 10 == 0) {
                expect(whole, made.peek());
            }
            made.forEach(each -> provider.destroy(each.id()));
            made.clear();
        }
    }
}
