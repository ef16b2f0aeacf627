package dev.oxbow.providers.fake;

import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.Signal;
import dev.oxbow.sandbox.TerminalSize;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program written in Java that runs in a fake sandbox as a process of its own, on a virtual
 * thread.
 *
 * <pre>{@code
 * world.program("agent", context -> {
 *     context.files(context.cwd()).write(TreePath.of("done"), 0644, Optional.empty(), context.stdin());
 *     context.print("wrote it\n");
 *     return 0;
 * });
 * }</pre>
 */
@FunctionalInterface
public interface FakeProgram {

    /**
     * Runs to the end of the process. A signal that is not trapped interrupts the thread and ends
     * the process whether or not this method returns; whatever it writes later is lost.
     *
     * @return the exit code, 0 to 255
     * @throws Exception anything; shown on standard error, the process ends with code 1
     */
    int run(Context context) throws Exception;

    /** What a program sees of the world. */
    interface Context {
        /** Name and arguments, unchanged. */
        List<String> argv();

        /** The whole environment. */
        Map<String, String> env();

        /** Absolute working directory inside the sandbox. */
        String cwd();

        /** Standard input. */
        InputStream stdin();

        /** Standard output; every write is visible to readers at once. */
        OutputStream stdout();

        /** Standard error; every write is visible to readers at once. */
        OutputStream stderr();

        /** Writes text to standard output as UTF-8. */
        void print(String text);

        /** The files of the sandbox below an absolute directory. The caller closes it. */
        FileTree files(String directory);

        /**
         * Where a directory of the sandbox really is; empty in a world in memory.
         *
         * @param directory absolute path inside
         */
        Optional<Path> onHost(String directory);

        /** Runs something at a signal instead of ending; {@link Signal#KILL} cannot be trapped. */
        void trap(Signal signal, Runnable action);

        /**
         * Connects to a port inside the sandbox, as to 127.0.0.1.
         *
         * @throws java.io.IOException if nothing listens there
         */
        SocketChannel connect(int port) throws IOException;

        /** Size of the terminal; empty if there is none. */
        Optional<TerminalSize> terminal();
    }
}
