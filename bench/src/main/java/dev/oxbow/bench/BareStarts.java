package dev.oxbow.bench;

import dev.oxbow.bench.peer.Command;
import dev.oxbow.bench.peer.First;
import java.util.List;
import java.util.Optional;

/** The command by itself, without a sandbox. */
final class BareStarts implements Starts {
    private final String command;

    BareStarts(String command) {
        this.command = command;
    }

    @Override
    public String name() {
        return "sh -c '" + command + "'";
    }

    @Override
    public String tier() {
        return "none";
    }

    @Override
    public Start next() {
        return new Program(List.of("sh", "-c", command));
    }

    /** A program whose output is its sign of life. */
    static class Program implements Start {
        private final List<String> argv;
        private Optional<Process> process = Optional.empty();

        Program(List<String> argv) {
            this.argv = argv;
        }

        @Override
        public void untilOutput() throws Exception {
            process = Optional.of(Command.start(argv));
            First.of(process.get());
        }

        @Override
        public void verify() throws Exception {
            Command.end(process.orElseThrow(), argv, "");
        }

        @Override
        public void remove() throws Exception {
            process.ifPresent(Process::destroyForcibly);
        }
    }
}
