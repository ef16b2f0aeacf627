package dev.oxbow.providers.fake;

import dev.oxbow.base.ByteSize;
import dev.oxbow.base.CheckpointId;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.FileWatch;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.TerminalSize;
import java.nio.file.Path;
import java.util.Optional;

/** Where one sandbox has its files and runs its programs: in memory or on a directory. */
interface Place {

    /** The files below an absolute directory of the sandbox. */
    FileTree files(String directory);

    /** Watches the files below an absolute directory of the sandbox. */
    FileWatch watch(String directory);

    /** The real directory behind one of the sandbox's; empty in memory. */
    Optional<Path> onHost(String directory);

    /** Starts a program that is not one of the world's own. */
    Execution start(ProcessSpec spec, Spool spool);

    /** Opens a terminal; asked only where the world claims to have them. */
    HostTerminal openTerminal(
            ProcessSpec spec, TerminalSize size, Spool spool, Runnable use, Runnable ended);

    /** A copy of all files that the sandbox may write to, as they are at one moment. */
    Image save(CheckpointId id);

    /** Puts the files back as they are in that copy. Nothing may run meanwhile. */
    void restore(Image image);

    /** Removes all files. Idempotent. */
    void remove();

    /** Files as they once were. */
    interface Image {
        /** How much content it holds. */
        ByteSize bytes();

        /** Removes it. Idempotent. */
        void remove();
    }
}
