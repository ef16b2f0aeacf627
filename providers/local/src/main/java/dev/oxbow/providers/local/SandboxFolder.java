package dev.oxbow.providers.local;

import dev.oxbow.base.ProcessId;
import dev.oxbow.base.SandboxId;
import java.nio.file.Path;

/**
 * Where things are on the host: everything of one sandbox is below one folder.
 *
 * @param path the folder
 */
record SandboxFolder(Path path) {
    static SandboxFolder of(Path dataDir, SandboxId id) {
        return new SandboxFolder(all(dataDir).resolve(id.value()));
    }

    static Path all(Path dataDir) {
        return dataDir.resolve("sandboxes");
    }

    Path record() {
        return path.resolve("record.json");
    }

    /** All that the sandbox may write to, in {@link FilesPlan#PARTS}. */
    Path files() {
        return path.resolve("files");
    }

    Path life() {
        return path.resolve("life.json");
    }

    Activity activity() {
        return new Activity(path.resolve("activity"));
    }

    /** Which processes stand still by a signal of ours. */
    Path stopped() {
        return path.resolve("stopped");
    }

    /** What the files are made of, if they are not one plain folder. */
    LayerStack stack() {
        return RecordFile.read(path.resolve("stack.json"), LayerStack.class)
                .orElse(LayerStack.PLAIN);
    }

    void write(LayerStack stack) {
        RecordFile.writeLasting(path.resolve("stack.json"), stack);
    }

    Path workspace() {
        return files().resolve("workspace");
    }

    Path home() {
        return files().resolve("home");
    }

    Path tmp() {
        return files().resolve("tmp");
    }

    Path processes() {
        return path.resolve("proc");
    }

    Path relays() {
        return path.resolve("relays");
    }

    Path terminals() {
        return path.resolve("terminals");
    }

    /** A terminal is written down like a process that has one output. */
    ProcessFolder terminal(ProcessId id) {
        return new ProcessFolder(terminals().resolve(id.value()));
    }

    ProcessFolder process(ProcessId id) {
        return new ProcessFolder(processes().resolve(id.value()));
    }

    /**
     * One process: its request, its output, its end.
     *
     * @param path the folder
     */
    record ProcessFolder(Path path) {
        Path request() {
            return path.resolve("request.json");
        }

        Path supervisor() {
            return path.resolve("supervisor");
        }

        Path started() {
            return path.resolve("started");
        }

        Path exit() {
            return path.resolve("exit");
        }

        Path signalled() {
            return path.resolve("signalled");
        }

        Path terminated() {
            return path.resolve("terminated");
        }

        Path deadline() {
            return path.resolve("deadline");
        }

        /** Where standard input is sent to, if it is a pipe. */
        Path input() {
            return path.resolve("input.pipe");
        }

        /** How much of it has been taken. */
        Path taken() {
            return path.resolve("taken");
        }

        Path stdinClosed() {
            return path.resolve("stdin.closed");
        }

        /** Where viewers of a terminal send what they type, and sizes. */
        Path control() {
            return path.resolve("control.pipe");
        }

        Path sizes() {
            return path.resolve("sizes");
        }

        Path typed() {
            return path.resolve("typed");
        }

        Path spool(dev.oxbow.sandbox.SandboxProcess.Channel channel) {
            return path.resolve(
                    switch (channel) {
                        case STDOUT -> "out";
                        case STDERR -> "err";
                    });
        }
    }
}
