package dev.oxbow.bench;

import dev.oxbow.base.ByteSize;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.providers.local.LocalConfig;
import dev.oxbow.providers.local.LocalProvider;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.store.Database;
import dev.oxbow.store.SqliteManifestStore;
import dev.oxbow.workspace.Progress;
import dev.oxbow.workspace.SyncLimits;
import dev.oxbow.workspace.SyncOptions;
import dev.oxbow.workspace.WorkspaceSync;
import dev.oxbow.workspace.Worktree;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Bringing a worktree of 10,000 files into a sandbox, beside tar and rsync. */
final class SyncRaces {
    private static final int FILES = 10_000;
    private static final ByteSize BYTES = ByteSize.mebibytes(500);

    private final Path folder;
    private final PrintStream progress;

    SyncRaces(Path folder, PrintStream progress) {
        this.folder = folder;
        this.progress = progress;
    }

    List<Race.Result> run(int rounds) throws Exception {
        SampleTree tree = SampleTree.make(folder.resolve("tree"), FILES, BYTES.bytes());
        Path data = Files.createDirectories(folder.resolve("sync"));
        List<Race.Result> results = new ArrayList<>();
        try (LocalProvider provider = new LocalProvider(LocalConfig.of(data));
                Database store = Database.open(data.resolve("bench.db"))) {
            WorkspaceSync sync =
                    new WorkspaceSync(
                            Worktree.at(tree.root()),
                            new SqliteManifestStore(store),
                            data.resolve("state"),
                            SyncLimits.DEFAULT);
            results.add(first(provider, sync, tree, rounds));
            results.addAll(again(provider, sync, tree, rounds * 3));
        }
        return results;
    }

    private Race.Result first(
            LocalProvider provider, WorkspaceSync sync, SampleTree tree, int rounds) {
        Subject ours =
                new Subject() {
                    private Optional<Sandbox> sandbox = Optional.empty();

                    @Override
                    public String name() {
                        return "oxbow sync-in";
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
        return new Race(
                        "first sync-in, 10k files, 500 MB",
                        1,
                        rounds,
                        "≤ 1.2 × tar, ahead of rsync")
                .run(
                        List.of(
                                ours,
                                copying(
                                        "tar | tar",
                                        tree,
                                        "tar -C \"$1\" -cf - . | tar -C \"$2\" -xf -"),
                                copying("rsync -a", tree, "rsync -a \"$1/\" \"$2/\"")),
                        progress);
    }

    private List<Race.Result> again(
            LocalProvider provider, WorkspaceSync sync, SampleTree tree, int rounds)
            throws Exception {
        Sandbox sandbox = provider.create(SandboxSpec.of(SandboxId.next()));
        Path copy = Files.createDirectories(folder.resolve("kept"));
        Command.run("rsync", "-a", tree.root() + "/", copy + "/");
        sync(sync, sandbox);
        Subject rsync =
                Subject.of(
                        "rsync -a",
                        () -> Command.run("rsync", "-a", tree.root() + "/", copy + "/"));
        try {
            Race.Result unchanged =
                    new Race("sync-in, nothing changed, 10k files", 3, rounds, "≤ 50 ms")
                            .run(
                                    List.of(
                                            Subject.of("oxbow sync-in", () -> sync(sync, sandbox)),
                                            rsync),
                                    progress);
            int[] round = {0};
            Subject ours =
                    new Subject() {
                        @Override
                        public String name() {
                            return "oxbow sync-in";
                        }

                        @Override
                        public void before() throws IOException {
                            tree.changeOne(round[0]++);
                        }

                        @Override
                        public void once() {
                            sync(sync, sandbox);
                        }
                    };
            Race.Result one =
                    new Race("sync-in, one file changed, 10k files", 3, rounds, "≤ 60 ms")
                            .run(List.of(ours, rsync), progress);
            return List.of(unchanged, one);
        } finally {
            provider.destroy(sandbox.id());
        }
    }

    private static void sync(WorkspaceSync sync, Sandbox sandbox) {
        sync.syncIn(sandbox, RunId.next(), SyncOptions.DEFAULT, Progress.NONE);
    }

    private Subject copying(String name, SampleTree tree, String script) {
        Path target = folder.resolve("copy");
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
