package dev.oxbow.bench.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code srt} of the npm package {@code @anthropic-ai/sandbox-runtime}, with its own defaults. */
final class SandboxRuntime implements Peer {
    private final Path program;
    private final Optional<String> missing;

    private SandboxRuntime(Path program, Optional<String> missing) {
        this.program = program;
        this.missing = missing;
    }

    static SandboxRuntime find(Path cache) {
        Path program = cache.resolve("node_modules/.bin/srt");
        if (!Files.isExecutable(program)) {
            return new SandboxRuntime(program, Optional.of("not installed (bench/run --install)"));
        }
        SandboxRuntime runtime = new SandboxRuntime(program, Optional.empty());
        try {
            String unusedSaid = Command.output(runtime.create("", "true"));
            return runtime;
        } catch (IOException e) {
            return new SandboxRuntime(program, Optional.of("does not run here: " + e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new SandboxRuntime(program, Optional.of("interrupted"));
        }
    }

    @Override
    public String name() {
        return "sandbox-runtime (srt)";
    }

    @Override
    public String tier() {
        return "bwrap + seccomp + proxy";
    }

    @Override
    public Optional<String> missing() {
        return missing;
    }

    @Override
    public List<String> create(String id, String command) {
        return List.of(program.toString(), "-c", command);
    }
}
