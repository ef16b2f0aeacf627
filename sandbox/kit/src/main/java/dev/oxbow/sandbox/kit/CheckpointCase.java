package dev.oxbow.sandbox.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Checkpoint;
import dev.oxbow.sandbox.CheckpointSpec;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;

/** What the suites about checkpoints share. Checkpoints go with the test that took them. */
public abstract class CheckpointCase extends ProviderContract {
    private final List<CheckpointId> taken = new ArrayList<>();

    /** For subclasses. */
    protected CheckpointCase() {}

    @AfterEach
    final void deleteTheCheckpoints() {
        if (offers(Capability.SNAPSHOT_FS)) {
            taken.forEach(provider()::deleteCheckpoint);
        }
        taken.clear();
    }

    /** An id that is deleted after the test. */
    final CheckpointId newCheckpointId() {
        CheckpointId id = CheckpointId.next();
        synchronized (taken) {
            taken.add(id);
        }
        return id;
    }

    final Checkpoint checkpoint(Sandbox sandbox) {
        return sandbox.checkpoint(CheckpointSpec.of(newCheckpointId()));
    }

    final Sandbox fork(Checkpoint from) {
        return provider().create(SandboxSpec.of(newId()).from(from.id()));
    }

    final Sandbox fork(SandboxId id, Checkpoint from) {
        return provider().create(SandboxSpec.of(id).from(from.id()));
    }

    /** Leaves out a test that needs more of a userland than some providers have. */
    final void needsRealPrograms(Sandbox sandbox) throws InterruptedException {
        if (run(sandbox, ProcessSpec.of("mv", "--version")).code() != 0) {
            throw LeftOut.declaredLack(provider().name() + " has no mv");
        }
    }

    /** Something that runs until it is ended. */
    static SandboxProcess busy(Sandbox sandbox) throws InterruptedException {
        return untilReady(sandbox.exec(sh("echo ready; exec sleep " + markedSeconds())));
    }

    /** Runs a script that must succeed. */
    static void make(Sandbox sandbox, String script) throws InterruptedException {
        Ran ran = run(sandbox, "set -e; " + script);
        assertThat(ran.code()).as(ran.toString()).isZero();
    }

    /** All that is there and lasts: kind, mode, content, time of files; by path. */
    static Map<String, String> everything(Sandbox sandbox, String directory) {
        Map<String, String> found = new TreeMap<>();
        try (FileTree files = sandbox.files(directory)) {
            for (Entry entry : files.scan(_ -> true)) {
                found.put(entry.path().toString(), facts(files, entry));
            }
        }
        return found;
    }

    static Map<String, String> everything(Sandbox sandbox) {
        return everything(sandbox, Sandbox.WORKSPACE);
    }

    private static String facts(FileTree files, Entry entry) {
        TreePath path = entry.path();
        return switch (entry.kind()) {
            case FILE ->
                    "file %o %d %s"
                            .formatted(
                                    entry.mode(),
                                    entry.mtimeNanos(),
                                    new String(bytesOf(files, path), StandardCharsets.ISO_8859_1));
            case DIRECTORY -> "directory %o".formatted(entry.mode());
            case SYMLINK -> "link " + new String(files.readLink(path), StandardCharsets.ISO_8859_1);
            case OTHER -> "other %o".formatted(entry.mode());
        };
    }
}
