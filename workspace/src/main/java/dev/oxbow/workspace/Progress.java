package dev.oxbow.workspace;

/** Hears how far a sync has come. Called from several threads, often; it must return at once. */
@FunctionalInterface
public interface Progress {
    /** Hears nothing. */
    Progress NONE = (step, files, ofFiles, bytes, ofBytes) -> {};

    /** What is being done. */
    enum Step {
        /** The trees are read. */
        SCAN,
        /** The history travels to the sandbox. */
        HISTORY,
        /** Files travel. */
        COPY,
        /** The result is stored in git. */
        STORE,
        /** The worktree is changed. */
        APPLY
    }

    /**
     * Some of a step is done.
     *
     * @param step which step
     * @param files paths done so far
     * @param ofFiles paths in all, 0 while unknown
     * @param bytes content done so far
     * @param ofBytes content in all, 0 while unknown
     */
    void update(Step step, long files, long ofFiles, long bytes, long ofBytes);
}
