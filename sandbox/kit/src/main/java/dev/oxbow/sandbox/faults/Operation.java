package dev.oxbow.sandbox.faults;

import java.util.Arrays;
import java.util.Optional;

/** The calls of the port that faults can be put on, by the names that scripts use. */
public enum Operation {
    /** {@code SandboxProvider.create}. */
    CREATE("create"),
    /** {@code SandboxProvider.get}. */
    GET("get"),
    /** {@code SandboxProvider.list}. */
    LIST("list"),
    /** {@code SandboxProvider.destroy}. */
    DESTROY("destroy"),
    /** {@code Sandbox.record}. */
    RECORD("record"),
    /** {@code Sandbox.start}. */
    RESUME("resume"),
    /** {@code Sandbox.stop}. */
    STOP("stop"),
    /** {@code Sandbox.pause}. */
    PAUSE("pause"),
    /** {@code Sandbox.touch} and {@code Sandbox.setLifetime}. */
    SET_IDLE("setIdle"),
    /** {@code Sandbox.exec}. */
    EXEC("exec"),
    /** {@code Sandbox.process} and {@code Sandbox.processes}. */
    LIST_PROCESSES("listProcesses"),
    /** {@code Sandbox.openTerminal}. */
    OPEN_PTY("openPty"),
    /** {@code Sandbox.setLabels}. */
    SET_LABELS("setLabels"),
    /** {@code Sandbox.setNetwork}. */
    SET_NETWORK("setNetwork"),
    /** {@code Sandbox.openRelay}. */
    OPEN_RELAY("openRelay"),
    /** {@code SandboxProcess.read}: the stream that follows is cut, garbled or silent. */
    ATTACH("attach"),
    /** {@code SandboxProcess.write}. */
    STDIN("stdin"),
    /** {@code SandboxProcess.closeStdin}. */
    CLOSE_STDIN("closeStdin"),
    /** {@code SandboxProcess.signal} and {@code SandboxProcess.terminate}. */
    SIGNAL("signal"),
    /** {@code SandboxProcess.exit} and {@code SandboxProcess.awaitExit}. */
    EXIT("exit"),
    /** {@code Sandbox.checkpoint}. */
    CHECKPOINT("checkpoint"),
    /** {@code Sandbox.rollback}. */
    ROLLBACK("rollback"),
    /** {@code checkpoint} and {@code checkpoints} of provider and sandbox. */
    LIST_CHECKPOINTS("listCheckpoints"),
    /** {@code SandboxProvider.deleteCheckpoint}. */
    DELETE_CHECKPOINT("deleteCheckpoint"),
    /** {@code SandboxProvider.collect}. */
    COLLECT("collect"),
    /** {@code FileTree.scan}. */
    SCAN("scan"),
    /** {@code FileTree.stat}. */
    STAT("stat"),
    /** {@code FileTree.read} and {@code FileTree.readLink}. */
    READ("read"),
    /** {@code Sandbox.watch}: what it tells later is cut or silent; a change counts as a byte. */
    WATCH("watch"),
    /** {@code FileTree.write}. */
    WRITE("write"),
    /** {@code FileTree.mkdir}, {@code symlink}, {@code setMode} and {@code rename}. */
    CHANGE("change"),
    /** {@code FileTree.remove} and {@code FileTree.removeTree}. */
    REMOVE("remove");

    private final String word;

    Operation(String word) {
        this.word = word;
    }

    /** The name in scripts. */
    public String word() {
        return word;
    }

    static Optional<Operation> of(String word) {
        return Arrays.stream(values()).filter(op -> op.word.equals(word)).findFirst();
    }
}
