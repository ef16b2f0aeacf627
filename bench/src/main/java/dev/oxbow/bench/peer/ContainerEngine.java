package dev.oxbow.bench.peer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A container engine that is spoken to by its command. */
final class ContainerEngine implements Peer, Peer.Standing {
    static final String IMAGE = "oxbow-bench";

    private final String program;
    private final List<String> client;
    private final List<String> options;
    private final Optional<String> missing;

    private ContainerEngine(
            String program, List<String> client, List<String> options, Optional<String> missing) {
        this.program = program;
        this.client = List.copyOf(client);
        this.options = List.copyOf(options);
        this.missing = missing;
    }

    static ContainerEngine missing(String program, String why) {
        return new ContainerEngine(program, List.of(), List.of(), Optional.of(why));
    }

    /**
     * One that answers.
     *
     * @param client the words that every command begins with
     * @param options of every container
     */
    static ContainerEngine at(
            String program, List<String> client, List<String> options, RootFiles files) {
        ContainerEngine engine = new ContainerEngine(program, client, options, Optional.empty());
        try {
            files.importWith(client, IMAGE);
            String unusedSaid = Command.output(engine.create("oxbow-bench-first", "true"));
            engine.remove("oxbow-bench-first");
            return engine;
        } catch (IOException e) {
            return missing(program, "does not run here: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return missing(program, "interrupted");
        }
    }

    private List<String> argv(String... words) {
        List<String> argv = new ArrayList<>(client);
        argv.addAll(List.of(words));
        return argv;
    }

    private List<String> container(String id, String... words) {
        // What sleeps as the first process of a container does not heed TERM.
        List<String> argv = argv("run", "--network", "none", "--stop-signal", "KILL", "--name", id);
        argv.addAll(options);
        argv.addAll(List.of(words));
        return argv;
    }

    @Override
    public String name() {
        return program;
    }

    @Override
    public String tier() {
        return "container";
    }

    @Override
    public Optional<String> missing() {
        return missing;
    }

    @Override
    public List<String> create(String id, String command) {
        return container(id, IMAGE, "sh", "-c", command);
    }

    @Override
    public void remove(String id) throws IOException, InterruptedException {
        Command.run(argv("rm", "-f", id));
    }

    @Override
    public Optional<Standing> standing() {
        return Optional.of(this);
    }

    @Override
    public void start(String id) throws IOException, InterruptedException {
        Command.run(container(id, "-d", IMAGE, "sleep", "3600"));
    }

    @Override
    public List<String> exec(String id, String... command) {
        List<String> argv = argv("exec", id);
        argv.addAll(List.of(command));
        return argv;
    }

    @Override
    public void stop(String id) throws IOException, InterruptedException {
        remove(id);
    }
}
