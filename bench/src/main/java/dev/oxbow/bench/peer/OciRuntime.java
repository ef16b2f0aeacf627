package dev.oxbow.bench.peer;

import dev.oxbow.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** A low-level container runtime on a prepared bundle, as engines use it. */
final class OciRuntime implements Peer, Peer.Standing {
    private final String program;
    private final Path folder;
    private final Optional<String> missing;
    private final boolean hidesUnified;

    private OciRuntime(
            String program, Path folder, Optional<String> missing, boolean hidesUnified) {
        this.program = program;
        this.folder = folder;
        this.missing = missing;
        this.hidesUnified = hidesUnified;
    }

    /** Prepares bundles and tries one container. */
    static OciRuntime of(String program, Path folder) {
        Optional<String> missing = RootFiles.missing();
        if (Command.find(program).isEmpty() || Command.find("runc").isEmpty()) {
            missing = Optional.of("not installed (packages " + program + ", runc)");
        }
        if (missing.isPresent()) {
            return new OciRuntime(program, folder, missing, false);
        }
        try {
            Files.createDirectories(folder);
            RootFiles root = RootFiles.make(folder.resolve("rootfs"));
            String spec = specification(folder);
            bundle(folder.resolve("once"), spec, root, "echo ready");
            bundle(folder.resolve("true"), spec, root, "true");
            bundle(folder.resolve("idle"), spec, root, "exec sleep 3600");
            // crun refuses hybrid control groups as long as it sees the second version.
            boolean hides =
                    program.equals("crun") && Files.exists(Path.of("/sys/fs/cgroup/unified"));
            OciRuntime runtime = new OciRuntime(program, folder, Optional.empty(), hides);
            String unusedSaid = Command.output(runtime.create("first", "true"));
            return runtime;
        } catch (IOException e) {
            return new OciRuntime(
                    program, folder, Optional.of("does not run here: " + e.getMessage()), false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new OciRuntime(program, folder, Optional.of("interrupted"), false);
        }
    }

    private static String specification(Path folder) throws IOException, InterruptedException {
        Path made = Files.createDirectories(folder.resolve("spec"));
        Command.run(made, List.of("runc", "spec"));
        return Files.readString(made.resolve("config.json"));
    }

    private static void bundle(Path folder, String spec, RootFiles root, String command)
            throws IOException {
        Files.createDirectories(folder);
        ObjectNode config = (ObjectNode) Json.tree(spec);
        ObjectNode process = (ObjectNode) config.get("process");
        process.put("terminal", false);
        process.putArray("args").add("sh").add("-c").add(command);
        ObjectNode files = (ObjectNode) config.get("root");
        files.put("path", root.folder().toString());
        Files.writeString(folder.resolve("config.json"), Json.write(config));
    }

    private List<String> argv(String... words) {
        List<String> argv = new ArrayList<>();
        if (hidesUnified) {
            argv.addAll(
                    List.of(
                            "unshare",
                            "-m",
                            "sh",
                            "-c",
                            "umount /sys/fs/cgroup/unified && exec \"$@\"",
                            "sh"));
        }
        argv.add(program);
        argv.add("--root");
        argv.add(folder.resolve("state").toString());
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

    /** The bundle says what runs; there is one for each of the two commands that are asked for. */
    @Override
    public List<String> create(String id, String command) {
        String bundle = command.equals("true") ? "true" : "once";
        return argv("run", "--bundle", folder.resolve(bundle).toString(), id);
    }

    @Override
    public Optional<Standing> standing() {
        return Optional.of(this);
    }

    @Override
    public void start(String id) throws IOException, InterruptedException {
        Command.run(argv("run", "-d", "--bundle", folder.resolve("idle").toString(), id));
    }

    @Override
    public List<String> exec(String id, String... command) {
        List<String> argv = argv("exec", id);
        argv.addAll(List.of(command));
        return argv;
    }

    @Override
    public void stop(String id) throws IOException, InterruptedException {
        Command.run(argv("delete", "--force", id));
    }
}
