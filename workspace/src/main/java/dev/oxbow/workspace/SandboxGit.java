package dev.oxbow.workspace;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.OutputFrame;
import dev.oxbow.sandbox.OutputReader;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs git inside a sandbox, in its repository, as scrubbed as on the host. */
final class SandboxGit {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int OUTPUT_LIMIT = 16 << 20;

    private final Sandbox sandbox;
    private final String directory;

    /**
     * Git for one repository of the workspace.
     *
     * @param at its directory
     */
    SandboxGit(Sandbox sandbox, TreePath at) {
        this.sandbox = sandbox;
        this.directory =
                at.isRoot()
                        ? Sandbox.WORKSPACE
                        : Sandbox.WORKSPACE + "/" + new String(at.bytes(), StandardCharsets.UTF_8);
    }

    /** How a command ended. */
    record Output(int exit, byte[] stdout, String stderr) {
        String text() {
            return new String(stdout, StandardCharsets.UTF_8);
        }
    }

    /** Runs a command to its end, whatever its exit code. */
    Output run(byte[] stdin, String... args) {
        // Named, or else git takes the repository around one that is damaged.
        List<String> argv =
                new ArrayList<>(List.of("git", "--git-dir=.git", "--no-replace-objects"));
        for (String override : HostGit.OVERRIDES) {
            argv.add("-c");
            argv.add(override);
        }
        argv.addAll(List.of(args));
        ProcessSpec plain = ProcessSpec.of(argv.toArray(String[]::new));
        Map<String, String> environment = new HashMap<>(plain.env());
        environment.putAll(HostGit.ENVIRONMENT);
        ProcessSpec spec =
                plain.withCwd(directory)
                        .withEnv(environment)
                        .withStdin(new ProcessSpec.Stdin.Bytes(stdin))
                        .withDeadline(LIMIT);
        SandboxProcess process = sandbox.exec(spec);
        ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        ByteArrayOutputStream stderr = new ByteArrayOutputStream();
        Deadline deadline = Deadline.in(LIMIT.plusSeconds(15));
        try (OutputReader reader = process.read(Cursor.START)) {
            for (Optional<OutputFrame> frame = reader.next(deadline);
                    frame.isPresent();
                    frame = reader.next(deadline)) {
                switch (frame.get()) {
                    case OutputFrame.Data d -> {
                        ByteArrayOutputStream to =
                                d.channel() == SandboxProcess.Channel.STDOUT ? stdout : stderr;
                        if (to.size() + d.bytes().length > OUTPUT_LIMIT) {
                            throw OxException.of(
                                    ErrorCode.SYNC_LIMIT_EXCEEDED,
                                    "git %s in the sandbox says too much",
                                    args[0]);
                        }
                        to.write(d.bytes(), 0, d.bytes().length);
                    }
                    case OutputFrame.Gap _ ->
                            throw OxException.of(
                                    ErrorCode.SYNC_UNREADABLE,
                                    "output of git %s in the sandbox was lost",
                                    args[0]);
                    case OutputFrame.Exit e -> {
                        return ended(e.exit(), args[0], stdout, stderr);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw OxException.of(ErrorCode.OPERATION_INTERRUPTED, "the sync was interrupted")
                    .causedBy(e);
        }
        throw OxException.of(
                ErrorCode.SYNC_UNREADABLE, "git %s in the sandbox did not end in time", args[0]);
    }

    private static Output ended(
            ProcessExit exit,
            String command,
            ByteArrayOutputStream stdout,
            ByteArrayOutputStream stderr) {
        if (exit.exitCode().isEmpty() || exit.reason() == ProcessExit.Reason.DEADLINE) {
            throw OxException.of(
                    ErrorCode.SYNC_UNREADABLE,
                    "git %s in the sandbox ended without an answer",
                    command);
        }
        return new Output(
                exit.exitCode().getAsInt(),
                stdout.toByteArray(),
                stderr.toString(StandardCharsets.UTF_8).strip().replace('\n', ' '));
    }

    /** Runs a command that must succeed. */
    Output ask(byte[] stdin, String... args) {
        Output output = run(stdin, args);
        if (output.exit() != 0) {
            throw OxException.of(
                    ErrorCode.SYNC_UNREADABLE,
                    "git %s in the sandbox ended with code %d: %s",
                    args[0],
                    output.exit(),
                    output.stderr());
        }
        return output;
    }
}
