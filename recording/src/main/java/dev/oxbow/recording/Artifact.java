package dev.oxbow.recording;

import dev.oxbow.posix.TreePath;

/** The files of a run. */
public enum Artifact {
    /** Phases of the run and the output of its agent, line by line. */
    RUN_LOG("run.log"),
    /** What happened, for people. */
    SUMMARY("summary.md"),
    /** What happened, for programs; its presence means that the run is over. */
    EXIT("exit.json"),
    /** The events of the run, one per line. */
    EVENTS("events.jsonl"),
    /** The agent's last message, byte for byte; absent if there was none. */
    LAST_MESSAGE("last-message.md"),
    /** The changes; absent if there were none. */
    DIFF("diff.patch");

    private final String fileName;

    Artifact(String fileName) {
        this.fileName = fileName;
    }

    /** Its path in the run's folder. */
    public TreePath path() {
        return TreePath.of(fileName);
    }

    /** Its name. */
    @Override
    public String toString() {
        return fileName;
    }
}
