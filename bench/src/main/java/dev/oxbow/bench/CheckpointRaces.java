package dev.oxbow.bench;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.SandboxId;
import dev.oxbow.bench.peer.Command;
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
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
final class CheckpointRaces implements Part {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int MEGABYTE = 1 << 20;
    private static final int MEGABYTES = 100;
    private static final int BURST = 100;

    @Override
    public List<Row> run(Course course) throws Exception {
        Path folder = course.folder();
        PrintStream progress = course.progress();
        int rounds = course.rounds(100);
        int burst = course.either(BURST, 20);
        Path data = Files.createDirectories(folder.resolve("data"));
        Path tree = Files.createDirectories(folder.resolve("hundred"));
        List<Row> rows = new ArrayList<>();
        try (LocalProvider provider = new LocalProvider(LocalConfig.of(data))) {
            String tier = new OurStarts(provider, "").tier();
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
            Subject bare = bare(folder, tree);
            rows.add(
                    race(
                                    course,
                                    "checkpoint",
                                    rounds,
                                    "the call of `checkpoint` with 1 MB written since the last one;"
                                            + " every tenth is forked and its files are compared by"
                                            + " hash.")
                            .run(
                                    List.of(taking(provider, sandbox, tier), bare, copy(tree)),
                                    progress));
            rows.add(
                    race(
                                    course,
                                    "rollback",
                                    rounds,
                                    "the call of `rollback` with 1 MB written since, back to"
                                            + " running; every tenth is compared by hash.")
                            .run(List.of(back(sandbox, base, whole, tier), bare), progress));
            rows.add(
                    race(
                                    course,
                                    "fork",
                                    rounds,
                                    "the call of `create` from the checkpoint; every tenth is"
                                            + " compared by hash.")
                            .run(
                                    List.of(new Forks(provider, base, 1, whole, tier), bare),
                                    progress));
            rows.add(
                    Race.of(
                                    burst + " forks at once, all answer",
                                    "fork-burst",
                                    "from the first call to the end of the last command, one thread"
                                            + " each.",
                                    course.ofTheWhole(Target.median(600)),
                                    course.either(5, 2),
                                    course.patience())
                            .run(List.of(new Forks(provider, base, burst, whole, tier)), progress));
            provider.destroy(sandbox.id());
            provider.checkpoints().forEach(c -> provider.deleteCheckpoint(c.id()));
        }
        return rows;
    }

    private static Race race(Course course, String what, int rounds, String method) {
        return Race.of(
                what + ", 100 MB with 1 MB changed",
                what,
                method,
                Target.median(10),
                rounds,
                course.patience());
    }

    private static Subject copy(Path tree) {
        return Subject.of(
                "cp -a",
                () ->
                        Command.run(
                                "sh",
                                "-c",
                                "cp -a \"$1\" \"$1.copy\" && rm -r \"$1.copy\"",
                                "sh",
                                tree.toString()));
    }

    private static void write(Sandbox sandbox, String name, byte[] content) {
        try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
            files.write(
                    TreePath.of(name), 0644, Optional.empty(), new ByteArrayInputStream(content));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(Sandbox sandbox) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
            for (var entry : files.scan(_ -> true)) {
                digest.update(entry.path().toString().getBytes(StandardCharsets.UTF_8));
                try (InputStream in = new DigestInputStream(files.read(entry.path()), digest)) {
                    long unusedCount = in.transferTo(OutputStream.nullOutputStream());
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

    private static Subject taking(SandboxProvider provider, Sandbox sandbox, String tier) {
        return new Subject() {
            private int round;
            private Optional<Checkpoint> taken = Optional.empty();

            @Override
            public String name() {
                return "oxbow checkpoint";
            }

            @Override
            public String tier() {
                return tier;
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
            public void verify() throws Exception {
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

    private static Subject back(Sandbox sandbox, Checkpoint to, String whole, String tier) {
        return new Subject() {
            private int round;

            @Override
            public String name() {
                return "oxbow rollback";
            }

            @Override
            public String tier() {
                return tier;
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
            public void verify() throws Exception {
                if (round % 10 == 0) {
                    expect(whole, sandbox);
                }
            }
        };
    }

    /** Mounts one empty layer over the tree, as root or in a user namespace. */
    private static Subject bare(Path folder, Path tree) throws IOException {
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
        private final String tier;
        private final Queue<Sandbox> made = new ConcurrentLinkedQueue<>();
        private int round;

        Forks(SandboxProvider provider, Checkpoint from, int count, String whole, String tier) {
            this.provider = provider;
            this.from = from;
            this.count = count;
            this.whole = whole;
            this.tier = tier;
        }

        @Override
        public String name() {
            return count == 1 ? "oxbow fork" : count + " oxbow forks";
        }

        @Override
        public String tier() {
            return tier;
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
        public void verify() throws Exception {
            if (round++ % 10 == 0) {
                expect(whole, made.element());
            }
        }

        @Override
        public void after() {
            made.forEach(each -> provider.destroy(each.id()));
            made.clear();
        }
    }
}
