package dev.oxbow.workspace;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.Sandbox;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A repository in a sandbox, that of the worktree or of a submodule: a self-contained one at the
 * commit and branch of the host's, with no remotes, no credentials and nothing that is not
 * reachable from what is checked out. Made and moved by writing files, so that it needs no git on
 * the other side.
 */
final class SandboxRepository {
    private static final List<String> DIRECTORIES =
            List.of(
                    "objects/info",
                    "objects/pack",
                    "refs/heads",
                    "refs/tags",
                    "refs/oxbow",
                    "info");

    private static final String BASE = "refs/oxbow/base";
    private static final int ID_LIMIT = 128;

    private final Sandbox sandbox;
    private final FileTree workspace;
    private final TreePath at;
    private final TreePath gitDir;
    private final Worktree worktree;
    private final HostSide host;
    private final Path scratch;
    private final List<Path> stores;

    /**
     * A repository of the host and its place in a sandbox.
     *
     * @param at the directory of the workspace that it is for; the root for the worktree itself
     * @param worktree what the host has there
     * @param host settings and rules of that
     * @param scratch directory of our own that nobody else uses
     * @param stores where more objects are found than in the host's repository
     */
    SandboxRepository(
            Sandbox sandbox,
            FileTree workspace,
            TreePath at,
            Worktree worktree,
            HostSide host,
            Path scratch,
            List<Path> stores) {
        this.sandbox = sandbox;
        this.workspace = workspace;
        this.at = at;
        this.gitDir = at.resolve(".git");
        this.worktree = worktree;
        this.host = host;
        this.scratch = scratch;
        this.stores = stores;
    }

    boolean exists() {
        Optional<Entry> there = workspace.stat(gitDir);
        if (there.isPresent() && there.get().kind() != Entry.Kind.DIRECTORY) {
            workspace.remove(gitDir);
        }
        return workspace.stat(gitDir.resolve("HEAD")).isPresent();
    }

    /**
     * Brings the history of a commit, whatever is there already.
     *
     * @param head what the repository is to have checked out
     * @param before what it had; empty if that is unknown
     * @return whether anything was to be brought
     */
    boolean give(Worktree.Head head, Optional<Worktree.Head> before) {
        boolean fresh = !exists();
        if (!fresh && before.isPresent() && before.get().equals(head)) {
            return false;
        }
        directories(List.of(gitDir));
        for (String directory : DIRECTORIES) {
            directories(List.of(gitDir.resolve(directory)));
        }
        List<String> known =
                fresh ? List.of() : before.flatMap(Worktree.Head::commit).stream().toList();
        head.commit().ifPresent(commit -> pack(List.of(commit), known));
        if (fresh) {
            settings();
        }
        shallow();
        head.commit().ifPresent(commit -> branch(head, commit));
        index(head);
        text(
                gitDir.resolve("HEAD"),
                head.branch()
                        .map(name -> "ref: refs/heads/" + name)
                        .or(head::commit)
                        .orElse("ref: refs/heads/main"));
        if (!known.isEmpty() && head.commit().isPresent() && !complete(head.commit().get())) {
            pack(List.of(head.commit().get()), List.of());
        }
        return true;
    }

    /**
     * Records the commit of what the workspace was given, beside every branch.
     *
     * @param made that commit, made of the head or of what was recorded before
     * @param head what is checked out
     * @param before what may have been recorded before; what was recorded on the host alone is not
     *     in the sandbox
     */
    void record(HostObjects.Made made, Optional<String> head, Optional<HostObjects.Commit> before) {
        String id = made.commit().id();
        List<String> known = new ArrayList<>(head.stream().toList());
        Optional<String> last = before.map(HostObjects.Commit::id).filter(this::isRecorded);
        last.ifPresent(known::add);
        if (!known.contains(id)
                && !(last.isPresent() && made.objects().filter(this::packNamed).isPresent())) {
            pack(List.of(id), known);
        }
        text(gitDir.resolve(BASE), id);
    }

    private boolean isRecorded(String commit) {
        TreePath file = gitDir.resolve(BASE);
        if (workspace.stat(file).filter(e -> e.kind() == Entry.Kind.FILE).isEmpty()) {
            return false;
        }
        try (InputStream in = workspace.read(file)) {
            return new String(in.readNBytes(ID_LIMIT), StandardCharsets.US_ASCII)
                    .strip()
                    .equals(commit);
        } catch (IOException e) {
            throw OxException.of(ErrorCode.SYNC_UNREADABLE, "cannot read %s", file).causedBy(e);
        }
    }

    /**
     * As {@link #record}, from a tree alone; the commit is the same for the same tree and head. It
     * is made beside the host's repository, not in it.
     */
    void recordTree(Worktree.Head head, String tree) {
        List<String> known = head.commit().stream().toList();
        for (String commit : known) {
            if (Snapshots.commit(worktree.git(), commit).tree().equals(tree)) {
                record(unnamed(commit, tree), head.commit(), Optional.empty());
                return;
            }
        }
        List<String> args =
                new ArrayList<>(List.of("commit-tree", "-m", "What the sandbox was given"));
        for (String commit : known) {
            args.addAll(List.of("-p", commit));
        }
        args.add(tree);
        Map<String, String> environment = new HashMap<>();
        environment.put("GIT_OBJECT_DIRECTORY", ownObjects().toString());
        for (String who : List.of("AUTHOR", "COMMITTER")) {
            environment.put("GIT_" + who + "_NAME", "oxbow");
            environment.put("GIT_" + who + "_EMAIL", "sandbox@oxbow");
            environment.put("GIT_" + who + "_DATE", "@0 +0000");
        }
        HostGit git = worktree.git();
        String id = git.check(git.run(args, Optional.empty(), environment)).line();
        record(unnamed(id, tree), head.commit(), Optional.empty());
    }

    private static HostObjects.Made unnamed(String commit, String tree) {
        return new HostObjects.Made(new HostObjects.Commit(commit, tree), Optional.empty());
    }

    private void settings() {
        StringBuilder config = new StringBuilder();
        boolean sha256 = host.idAlgorithm().equals("sha256");
        config.append("[core]\n\trepositoryformatversion = ").append(sha256 ? 1 : 0);
        config.append("\n\tfilemode = true\n\tbare = false\n\tlogallrefupdates = true\n");
        for (String name : List.of("autocrlf", "eol")) {
            Optional.ofNullable(host.settings().get("core." + name))
                    .filter(v -> v.matches("[a-z]{1,8}"))
                    .ifPresent(v -> config.append("\t" + name + " = " + v + "\n"));
        }
        if (sha256) {
            config.append("[extensions]\n\tobjectformat = sha256\n");
        }
        config.append("[user]\n\tname = oxbow\n\temail = sandbox@oxbow\n");
        if (!host.submodules().isEmpty()) {
            config.append("[submodule]\n\tactive = .\n");
        }
        text(gitDir.resolve("config"), config.toString().stripTrailing());
        StringBuilder exclude = new StringBuilder();
        for (byte[] rules : host.sharedRules(worktree)) {
            exclude.append(new String(rules, StandardCharsets.UTF_8)).append('\n');
        }
        text(gitDir.resolve("info/exclude"), exclude.toString());
    }

    /** A history that ends early here ends at the same commits there. */
    private void shallow() {
        TreePath target = gitDir.resolve("shallow");
        Optional<byte[]> boundary = HostSide.readOptional(worktree.commonDir().resolve("shallow"));
        if (boundary.isPresent()) {
            write(target, 0644, new ByteArrayInputStream(boundary.get()));
        } else {
            workspace.remove(target);
        }
    }

    private void branch(Worktree.Head head, String commit) {
        if (head.branch().isEmpty()) {
            return;
        }
        TreePath ref = gitDir.resolve("refs/heads/" + head.branch().get());
        List<TreePath> above = new ArrayList<>();
        for (TreePath up = ref.parent(); !up.equals(gitDir); up = up.parent()) {
            above.addFirst(up);
        }
        // A branch of the agent may stand where a directory of branches is needed now.
        for (TreePath directory : above) {
            Optional<Entry> there = workspace.stat(directory);
            if (there.isPresent() && there.get().kind() != Entry.Kind.DIRECTORY) {
                workspace.rename(
                        directory, directory.parent().resolve(lastName(directory) + "-agent"));
            }
        }
        Optional<Entry> there = workspace.stat(ref);
        if (there.isPresent() && there.get().kind() == Entry.Kind.DIRECTORY) {
            workspace.rename(ref, ref.parent().resolve(lastName(ref) + "-agent"));
        }
        directories(above);
        text(ref, commit);
    }

    private static String lastName(TreePath path) {
        return new String(path.name(), StandardCharsets.UTF_8);
    }

    private void index(Worktree.Head head) {
        if (head.commit().isEmpty()) {
            workspace.remove(gitDir.resolve("index"));
            return;
        }
        Path file = scratch.resolve("index");
        HostGit git = worktree.git();
        git.check(
                git.run(
                        List.of("read-tree", head.commit().get()),
                        Optional.empty(),
                        Map.of("GIT_INDEX_FILE", file.toString())));
        copy(file, gitDir.resolve("index"), 0644);
    }

    /** Whether the sandbox has all of a commit; an agent may have thrown objects away. */
    private boolean complete(String commit) {
        try {
            SandboxGit git = new SandboxGit(sandbox, at);
            return git.run(new byte[0], "rev-list", "--quiet", "--objects", "--max-count=1", commit)
                            .exit()
                    == 0;
        } catch (OxException noGit) {
            return false;
        }
    }

    private void pack(List<String> wanted, List<String> known) {
        StringBuilder revisions = new StringBuilder();
        wanted.forEach(commit -> revisions.append(commit).append('\n'));
        known.forEach(commit -> revisions.append('^').append(commit).append('\n'));
        HostGit.Output output = pack(revisions.toString(), List.of("--revs"));
        if (output.exit() != 0 && !known.isEmpty()) {
            pack(wanted, List.of());
            return;
        }
        worktree.git().check(output);
    }

    /** Brings just these objects, without the walk over two whole trees that finds them. */
    private boolean packNamed(List<String> objects) {
        return pack(String.join("\n", objects) + "\n", List.of()).exit() == 0;
    }

    private HostGit.Output pack(String names, List<String> how) {
        HostGit git = worktree.git();
        // What is in packs is taken as it is. To deflate loose objects anew, even quickly, takes
        // four
        // times as long as all the rest, and saves no more than their own size.
        List<String> args =
                new ArrayList<>(
                        List.of(
                                // A pack that is copied and thrown away need not reach the disk.
                                "-c",
                                "core.fsync=none",
                                "-c",
                                "pack.compression=0",
                                "pack-objects",
                                "-q",
                                "--non-empty",
                                "--delta-base-offset",
                                "--window=0"));
        args.addAll(how);
        args.add(scratch.resolve("pack").toString());
        HostGit.Output output =
                git.run(
                        args,
                        Optional.of(
                                stdin -> stdin.write(names.getBytes(StandardCharsets.US_ASCII))),
                        Map.of("GIT_OBJECT_DIRECTORY", ownObjects().toString()));
        if (output.exit() != 0) {
            return output;
        }
        for (String name : packs(".pack")) {
            copy(scratch.resolve(name), gitDir.resolve("objects/pack/" + name), 0444);
            String idx = name.replace(".pack", ".idx");
            copy(scratch.resolve(idx), gitDir.resolve("objects/pack/" + idx), 0444);
        }
        packs("").forEach(this::discard);
        return output;
    }

    /**
     * A store of objects beside the packs, which knows those of the worktree. Git makes a pack in
     * the store it works on and renames it to where it is wanted; the worktree's own may be on
     * another disk, full, or not ours to write.
     */
    private Path ownObjects() {
        try {
            Path own = scratch.resolve("objects");
            Path info = Files.createDirectories(own.resolve("info"));
            StringBuilder alternates = new StringBuilder();
            alternates.append(worktree.commonDir().resolve("objects")).append('\n');
            stores.forEach(store -> alternates.append(store).append('\n'));
            Files.writeString(info.resolve("alternates"), alternates);
            return own;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private List<String> packs(String ending) {
        try (Stream<Path> files = Files.list(scratch)) {
            return files.map(f -> f.getFileName().toString())
                    .filter(n -> n.startsWith("pack-") && n.endsWith(ending))
                    .toList();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void discard(String name) {
        try {
            Files.deleteIfExists(scratch.resolve(name));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void directories(List<TreePath> paths) {
        for (TreePath path : paths) {
            if (!path.parent().isRoot()) {
                directories(List.of(path.parent()));
            }
            workspace.mkdir(path, 0755);
        }
    }

    private void text(TreePath path, String line) {
        write(path, 0644, new ByteArrayInputStream((line + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    private void copy(Path from, TreePath to, int mode) {
        try (InputStream in = Files.newInputStream(from)) {
            write(to, mode, in);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void write(TreePath path, int mode, InputStream content) {
        try {
            workspace.write(path, mode, Optional.empty(), content);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private static OxException failed(IOException cause) {
        return OxException.of(
                        ErrorCode.TRANSFER_INTERRUPTED,
                        "the history did not reach the sandbox: %s",
                        cause)
                .causedBy(cause);
    }
}
