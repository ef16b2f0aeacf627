package dev.oxbow.bench;

import dev.oxbow.base.ByteSize;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.bench.peer.Command;
import dev.oxbow.providers.local.LocalConfig;
import dev.oxbow.providers.local.LocalProvider;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.store.Database;
import dev.oxbow.store.SqliteManifestStore;
import dev.oxbow.workspace.Harvest;
import dev.oxbow.workspace.Progress;
import dev.oxbow.workspace.SyncLimits;
import dev.oxbow.workspace.SyncOptions;
import dev.oxbow.workspace.WorkspaceSync;
import dev.oxbow.workspace.Worktree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Bringing a worktree of 10,000 files into a sandbox, beside tar and rsync. */
final class SyncRaces implements Part {
    private static final int FILES = 10_000;
    private static final ByteSize BYTES = ByteSize.mebibytes(500);
    private static final String AGAIN =
            "`syncIn` of a worktree that was synced before; beside it `rsync -a --delete` to a"
                    + " copy.";

    @Override
    public List<Row> run(Course course) throws Exception {
        course.progress().printf("making %d files%n", FILES);
        SampleTree tree = SampleTree.make(course.folder().resolve("tree"), FILES, BYTES.bytes());
        Path data = Files.createDirectories(course.folder().resolve("data"));
        List<Row> rows = new ArrayList<>();
        try (LocalProvider provider = new LocalProvider(LocalConfig.of(data));
                Database store = Database.open(data.resolve("bench.db"))) {
            String tier = new OurStarts(provider, "").tier();
            WorkspaceSync sync =
                    new WorkspaceSync(
                            Worktree.at(tree.root()),
                            new SqliteManifestStore(store),
                            data.resolve("state"),
                            SyncLimits.DEFAULT);
            rows.add(first(course, provider, tier, sync, tree));
            rows.addAll(again(course, provider, tier, sync, tree));
        }
        return rows;
    }

    private static Row first(
            Course course,
            LocalProvider provider,
            String tier,
            WorkspaceSync sync,
            SampleTree tree) {
        Subject ours =
                new Subject() {
                    private Optional<Sandbox> sandbox = Optional.empty();

                    @Override
                    public String name() {
                        return "oxbow sync-in";
                    }

                    @Override
                    public String tier() {
                        return tier;
                    }

                    @Override
                    public void before() {
                        sandbox = Optional.of(provider.create(SandboxSpec.of(SandboxId.next())));
                    }

                    @Override
                    public void once() {
                        sync(sync, sandbox.orElseThrow());
                    }

                    @Override
                    public void after() {
                        sandbox.ifPresent(s -> provider.destroy(s.id()));
                    }
                };
        Path target = course.folder().resolve("copy");
        return new Race(
                        "first sync-in, 10k files, 500 MB",
                        "sync-first",
                        "`syncIn` into a new sandbox, its repository included; the files are in the"
                                + " page cache, which the others read from as well.",
                        Target.besideTwo(1.2, "≤ 1.2 × tar, ahead of rsync;"),
                        Unit.MILLIS,
                        0,
                        course.either(3, 1),
                        Duration.ofMinutes(1))
                .run(
                        List.of(
                                ours,
                                copying(
                                        "tar | tar",
                                        tree,
                                        target,
                                        "tar -C \"$1\" -cf - . | tar -C \"$2\" -xf -"),
                                copying("rsync -a", tree, target, "rsync -a \"$1/\" \"$2/\"")),
                        course.progress());
    }

    private static List<Row> again(
            Course course, LocalProvider provider, String tier, WorkspaceSync sync, SampleTree tree)
            throws Exception {
        Sandbox sandbox = provider.create(SandboxSpec.of(SandboxId.next()));
        Path copy = Files.createDirectories(course.folder().resolve("kept"));
        // What one subject has seen the other has not: each has a worktree of its own.
        SampleTree twin = tree.copy(course.folder().resolve("twin"));
        Subject.Work rsync =
                () -> Command.run("rsync", "-a", "--delete", twin.root() + "/", copy + "/");
        try {
            rsync.run();
            sync(sync, sandbox);
            Subject.Work ours = () -> sync(sync, sandbox);
            return List.of(
                    again(
                            course,
                            "nothing",
                            Target.median(50),
                            new Changed("oxbow sync-in", tier, _ -> {}, ours),
                            new Changed("rsync -a --delete", "none", _ -> {}, rsync)),
                    again(
                            course,
                            "one file",
                            Target.median(60),
                            new Changed("oxbow sync-in", tier, tree::changeOne, ours),
                            new Changed("rsync -a --delete", "none", twin::changeOne, rsync)),
                    again(
                            course,
                            "ten files",
                            Target.median(150),
                            new Changed("oxbow sync-in", tier, tree::changeTen, ours),
                            new Changed("rsync -a --delete", "none", twin::changeTen, rsync)),
                    out(course, tier, sync, sandbox));
        } finally {
            provider.destroy(sandbox.id());
        }
    }

    private static Row again(
            Course course, String what, Target target, Subject ours, Subject rsync) {
        return Race.of(
                        "sync-in, " + what + " changed, 10k files",
                        "sync-" + what.replace(' ', '-'),
                        AGAIN
                                + (what.startsWith("ten")
                                        ? " Eight are edited, one is removed, one renamed."
                                        : ""),
                        target,
                        course.rounds(40),
                        course.patience())
                .run(List.of(ours, rsync), course.progress());
    }

    /** Asking for work where there is none. */
    private static Row out(Course course, String tier, WorkspaceSync sync, Sandbox sandbox) {
        return Race.of(
                        "sync-out, nothing changed, 10k files",
                        "sync-out-nothing",
                        "`harvest` of a sandbox that changed nothing.",
                        Target.median(50),
                        course.rounds(40),
                        course.patience())
                .run(
                        List.of(
                                Subject.of(
                                        "oxbow sync-out",
                                        tier,
                                        () -> {
                                            Harvest unusedHarvest =
                                                    sync.harvest(
                                                            sandbox,
                                                            RunId.next(),
                                                            false,
                                                            Progress.NONE);
                                        })),
                        course.progress());
    }

    /** Something done to the worktree. */
    @FunctionalInterface
    private interface Change {
        void make(int round) throws Exception;
    }

    /** Work after a change of a worktree. */
    private static final class Changed implements Subject {
        private final String name;
        private final String tier;
        private final Change change;
        private final Subject.Work work;
        private int round;

        Changed(String name, String tier, Change change, Subject.Work work) {
            this.name = name;
            this.tier = tier;
            this.change = change;
            this.work = work;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public String tier() {
            return tier;
        }

        @Override
        public void before() throws Exception {
            change.make(round++);
        }

        @Override
        public void once() throws Exception {
            work.run();
        }
    }

    private static void sync(WorkspaceSync sync, Sandbox sandbox) {
        sync.syncIn(sandbox, RunId.next(), SyncOptions.DEFAULT, Progress.NONE);
    }

    private static Subject copying(String name, SampleTree tree, Path target, String script) {
        return new Subject() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public void before() throws IOException {
                Files.createDirectories(target);
            }

            @Override
            public void once() throws Exception {
                Command.run("sh", "-c", script, "copy", tree.root().toString(), target.toString());
            }

            @Override
            public void after() throws Exception {
                Command.run("rm", "-rf", target.toString());
            }
        };
    }
}
