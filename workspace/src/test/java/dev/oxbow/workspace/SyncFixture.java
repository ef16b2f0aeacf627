package dev.oxbow.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.providers.fake.FakeProvider;
import dev.oxbow.providers.fake.FakeWorld;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A git worktree, sandboxes that are directories, and the sync between them. */
final class SyncFixture implements AutoCloseable {
    final Path tmp;
    final Path repo;
    final FakeWorld world;
    final FakeProvider provider;
    final ManifestStore manifests;
    Optional<HostNames> names = Optional.empty();
    SyncLimits limits = SyncLimits.DEFAULT;
    Consumer<String> step = _ -> {};

    SyncFixture(Path tmp) {
        this.tmp = tmp;
        this.repo = tmp.resolve("repo");
        this.world = FakeWorld.onDirectory(tmp.resolve("sandboxes"));
        this.provider = new FakeProvider(world);
        this.manifests = new FileManifestStore(tmp.resolve("manifests"));
        git(tmp, "init", "-q", "-b", "main", repo.toString());
    }

    WorkspaceSync sync() {
        return new WorkspaceSync(
                Worktree.at(repo), manifests, tmp.resolve("state"), limits, names, step);
    }

    Sandbox sandbox() {
        return provider.create(
                SandboxSpec.of(SandboxId.next())
                        .withLabels(Labels.of("oxbow-worktree-id", Worktree.at(repo).identity())));
    }

    SyncInReport in(Sandbox sandbox) {
        return in(sandbox, SyncOptions.DEFAULT);
    }

    SyncInReport in(Sandbox sandbox, SyncOptions options) {
        return sync().syncIn(sandbox, RunId.next(), options, Progress.NONE);
    }

    Harvest harvest(Sandbox sandbox) {
        return sync().harvest(sandbox, RunId.next(), false, Progress.NONE);
    }

    ApplyReport apply(Harvest harvest, ConflictPolicy policy) {
        return sync().apply(harvest.run(), policy, Progress.NONE);
    }

    /** Harvests and applies by the default policy. */
    ApplyReport out(Sandbox sandbox) {
        return out(sandbox, ConflictPolicy.FAIL);
    }

    ApplyReport out(Sandbox sandbox, ConflictPolicy policy) {
        return apply(harvest(sandbox), policy);
    }

    /** Where the workspace of a sandbox is on this machine. */
    Path inside(Sandbox sandbox) {
        return tmp.resolve("sandboxes/" + sandbox.id() + "/root/workspace");
    }

    String git(String... args) {
        return git(repo, args);
    }

    static String git(Path directory, String... args) {
        List<String> argv =
                new ArrayList<>(List.of("git", "-c", "user.name=u", "-c", "user.email=u@x"));
        argv.addAll(List.of("-c", "protocol.file.allow=always"));
        argv.addAll(List.of(args));
        return run(directory, argv);
    }

    static String run(Path directory, List<String> argv) {
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(argv)
                            .directory(directory.toFile())
                            .redirectErrorStream(true);
            Process process = builder.start();
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as("%s: %s", argv, output).isZero();
            return output.strip();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Runs a shell command in the workspace of a sandbox; it must succeed. */
    static void shell(Sandbox sandbox, String command) {
        try {
            var exit =
                    sandbox.exec(ProcessSpec.of("sh", "-ec", command))
                            .awaitExit(Deadline.in(Duration.ofSeconds(60)));
            assertThat(exit.orElseThrow().success()).as(command).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static final String AGENT_COMMIT =
            "git -c user.name=agent -c user.email=agent@x commit -q -m work";

    Path write(String path, String content) {
        return write(repo, path, content);
    }

    static Path write(Path root, String path, String content) {
        try {
            Path file = root.resolve(path);
            Files.createDirectories(file.getParent());
            return Files.writeString(file, content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    String read(String path) {
        try {
            return Files.readString(repo.resolve(path));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    void commit(String message) {
        git("add", "-A");
        git("commit", "-q", "--allow-empty", "-m", message);
    }

    String diff(Harvest harvest) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        sync().diff(harvest.run(), out);
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Every path but git data, with type, executable bit and content. */
    static Map<String, String> tree(Path root) {
        Map<String, String> tree = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted(Comparator.naturalOrder()).toList()) {
                String name = root.relativize(path).toString();
                if (name.isEmpty() || name.equals(".git") || name.startsWith(".git/")) {
                    continue;
                }
                if (Files.isSymbolicLink(path)) {
                    tree.put(name, "-> " + Files.readSymbolicLink(path));
                } else if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    tree.put(name + "/", "");
                } else {
                    tree.put(
                            name,
                            (Files.isExecutable(path) ? "x " : "")
                                    + Files.readString(path, StandardCharsets.ISO_8859_1));
                }
            }
            return tree;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        world.close();
    }
}
