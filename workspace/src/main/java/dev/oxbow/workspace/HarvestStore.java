package dev.oxbow.workspace;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.TreePath;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Keeps what was harvested from runs, one file each, in a directory of our own. */
final class HarvestStore {
    private static final int MAGIC = 0x4f584831;

    private final Path directory;

    HarvestStore(Path directory) {
        this.directory = directory;
    }

    void save(Harvest harvest) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            write(new DataOutputStream(bytes), harvest);
            Durable.write(directory.resolve(harvest.run() + ".harvest"), bytes.toByteArray());
        } catch (IOException e) {
            throw failed("written", harvest.run(), e);
        }
    }

    Optional<Harvest> load(RunId run) {
        Path file = directory.resolve(run + ".harvest");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (DataInputStream in =
                new DataInputStream(new ByteArrayInputStream(Files.readAllBytes(file)))) {
            return Optional.of(read(in));
        } catch (IOException e) {
            throw failed("read", run, e);
        }
    }

    private static OxException failed(String verb, RunId run, IOException cause) {
        return OxException.of(
                        ErrorCode.STORE_UNREADABLE,
                        "the record of what %s left cannot be %s",
                        run,
                        verb)
                .causedBy(cause);
    }

    private static void write(DataOutputStream out, Harvest harvest) throws IOException {
        out.writeInt(MAGIC);
        out.writeUTF(harvest.run().value());
        out.writeUTF(harvest.sandbox().value());
        out.writeUTF(harvest.base());
        out.writeUTF(harvest.result());
        Map<TreePath, Node> before = new TreeMap<>();
        Map<TreePath, Node> after = new TreeMap<>();
        for (Change change : harvest.changes()) {
            change.before().ifPresent(node -> before.put(change.path(), node));
            change.after().ifPresent(node -> after.put(change.path(), node));
        }
        ManifestCodec.writeNodes(out, before);
        ManifestCodec.writeNodes(out, after);
        out.writeInt(harvest.commits().size());
        for (Harvest.AgentCommits commits : harvest.commits()) {
            out.writeUTF(commits.ref());
            out.writeUTF(commits.commit());
            out.writeInt(commits.count());
        }
        out.writeBoolean(harvest.partial());
        out.writeInt(harvest.warnings().size());
        for (SyncWarning warning : harvest.warnings()) {
            out.writeUTF(warning.kind().name());
            ManifestCodec.writeBytes(out, warning.path().bytes());
            out.writeUTF(warning.text());
        }
    }

    private static Harvest read(DataInputStream in) throws IOException {
        if (in.readInt() != MAGIC) {
            throw new IOException("not a record of a run");
        }
        RunId run = new RunId(in.readUTF());
        SandboxId sandbox = new SandboxId(in.readUTF());
        String base = in.readUTF();
        String result = in.readUTF();
        Map<TreePath, Node> before = ManifestCodec.readNodes(in);
        Map<TreePath, Node> after = ManifestCodec.readNodes(in);
        TreeSet<TreePath> paths = new TreeSet<>(before.keySet());
        paths.addAll(after.keySet());
        List<Change> changes = new ArrayList<>();
        for (TreePath path : paths) {
            changes.add(
                    new Change(
                            path,
                            Optional.ofNullable(before.get(path)),
                            Optional.ofNullable(after.get(path))));
        }
        List<Harvest.AgentCommits> commits = new ArrayList<>();
        for (int n = in.readInt(); n > 0; n--) {
            commits.add(new Harvest.AgentCommits(in.readUTF(), in.readUTF(), in.readInt()));
        }
        boolean partial = in.readBoolean();
        List<SyncWarning> warnings = new ArrayList<>();
        for (int n = in.readInt(); n > 0; n--) {
            warnings.add(
                    new SyncWarning(
                            SyncWarning.Kind.valueOf(in.readUTF()),
                            TreePath.of(ManifestCodec.readBytes(in)),
                            in.readUTF()));
        }
        return new Harvest(run, sandbox, base, result, changes, commits, partial, warnings);
    }
}
