package dev.oxbow.workspace;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs git on the host in a repository that may be hostile: nothing that its configuration names is
 * ever executed, and nothing of the user's environment or configuration takes part.
 *
 * <p>Only plumbing that applies no filter, driver or hook may be asked for; the overrides here are
 * the second wall. Paths go in and out NUL-delimited on pipes, never as arguments.
 */
final class HostGit {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int ERROR_TAIL = 4096;

    /**
     * What a repository could make git execute, and what would make its answers differ from the
     * bytes on disk; all off.
     */
    static final List<String> OVERRIDES =
            List.of(
                    "core.hooksPath=/dev/null",
                    "core.fsmonitor=false",
                    "core.untrackedCache=false",
                    "core.splitIndex=false",
                    "core.sshCommand=false",
                    "core.gitProxy=",
                    "core.askPass=false",
                    "core.pager=cat",
                    "core.editor=false",
                    "core.attributesFile=/dev/null",
                    "core.alternateRefsCommand=",
                    "core.autocrlf=false",
                    "core.safecrlf=false",
                    "core.ignoreCase=false",
                    "core.precomposeUnicode=false",
                    "core.quotePath=false",
                    "core.compression=1",
                    "diff.external=",
                    "diff.noprefix=false",
                    "diff.mnemonicPrefix=false",
                    "diff.orderFile=/dev/null",
                    "color.ui=false",
                    "commit.gpgSign=false",
                    "credential.helper=",
                    "submodule.recurse=false",
                    "fetch.recurseSubmodules=false",
                    "protocol.allow=never",
                    "protocol.ext.allow=never",
                    "gc.auto=0",
                    "maintenance.auto=false",
                    "uploadpack.packObjectsHook=",
                    "safe.directory=*");

    static final Map<String, String> ENVIRONMENT =
            Map.ofEntries(
                    Map.entry("LC_ALL", "C"),
                    Map.entry("HOME", "/nonexistent"),
                    Map.entry("GIT_CONFIG_NOSYSTEM", "1"),
                    Map.entry("GIT_CONFIG_SYSTEM", "/dev/null"),
                    Map.entry("GIT_CONFIG_GLOBAL", "/dev/null"),
                    Map.entry("GIT_ATTR_NOSYSTEM", "1"),
                    Map.entry("GIT_TERMINAL_PROMPT", "0"),
                    Map.entry("GIT_OPTIONAL_LOCKS", "0"),
                    Map.entry("GIT_NO_REPLACE_OBJECTS", "1"),
                    Map.entry("GIT_NO_LAZY_FETCH", "1"),
                    Map.entry("GIT_ALLOW_PROTOCOL", "none"),
                    Map.entry("GIT_PAGER", "cat"),
                    Map.entry("GIT_ASKPASS", "false"));

    private final Path gitDir;
    private final Path workTree;

    HostGit(Path gitDir, Path workTree) {
        this.gitDir = gitDir;
        this.workTree = workTree;
    }

    /** How a command ended. */
    record Output(int exit, byte[] stdout, String stderr) {
        String text() {
            return new String(stdout, StandardCharsets.UTF_8);
        }

        String line() {
            return text().strip();
        }
    }

    /** Writes standard input of a command. */
    interface Feed {
        void to(OutputStream stdin) throws IOException;
    }

    /** Takes standard output of a command as it comes; runs on a thread of its own. */
    interface Drain {
        void from(InputStream stdout) throws IOException;
    }

    /** The standard output of a command that must succeed. */
    byte[] ask(String... args) {
        return check(run(List.of(args), Optional.empty(), Map.of())).stdout();
    }

    /** As {@link #ask(String...)}, with standard input. */
    byte[] ask(Feed stdin, String... args) {
        return check(run(List.of(args), Optional.of(stdin), Map.of())).stdout();
    }

    /**
     * All settings in effect, the user's own included; lower-case names, the last value of each.
     * Listing them executes nothing.
     */
    Map<String, String> userSettings() {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.keySet().removeIf(name -> name.startsWith("GIT_"));
        environment.put("GIT_TERMINAL_PROMPT", "0");
        byte[] listed =
                check(
                                run(
                                        new ProcessBuilder(
                                                "git",
                                                "--git-dir=" + gitDir,
                                                "config",
                                                "-z",
                                                "--list"),
                                        environment))
                        .stdout();
        Map<String, String> settings = new HashMap<>();
        for (byte[] record : Nul.split(listed)) {
            String text = new String(record, StandardCharsets.UTF_8);
            int end = text.indexOf('\n');
            String name = end < 0 ? text : text.substring(0, end);
            settings.put(name.toLowerCase(Locale.ROOT), end < 0 ? "true" : text.substring(end + 1));
        }
        return settings;
    }

    private Output run(ProcessBuilder builder, Map<String, String> environment) {
        builder.directory(workTree.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Output end = await(begin(builder), "config", Optional.empty(), in -> in.transferTo(out));
        return new Output(end.exit(), out.toByteArray(), end.stderr());
    }

    /** Runs a command to its end, whatever its exit code. */
    Output run(List<String> args, Optional<Feed> stdin, Map<String, String> environment) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Output end = run(args, stdin, environment, in -> in.transferTo(out));
        return new Output(end.exit(), out.toByteArray(), end.stderr());
    }

    /** Runs a command whose output is not kept but handed on. */
    Output run(
            List<String> args,
            Optional<Feed> stdin,
            Map<String, String> environment,
            Drain stdout) {
        return await(start(args, stdin.isPresent(), environment), args.getFirst(), stdin, stdout);
    }

    private static Output await(
            Process process, String command, Optional<Feed> stdin, Drain stdout) {
        Pump errors = new Pump(process, "git-stderr", () -> tail(process.getErrorStream()));
        Pump output =
                new Pump(
                        process,
                        "git-stdout",
                        () -> {
                            stdout.from(process.getInputStream());
                            return "";
                        });
        @Nullable Pump input =
                stdin.map(feed ->
                                new Pump(
                                        process,
                                        "git-stdin",
                                        () -> {
                                            try (OutputStream to = process.getOutputStream()) {
                                                feed.to(to);
                                            }
                                            return "";
                                        }))
                        .orElse(null);
        Deadline deadline = Deadline.in(LIMIT);
        try {
            if (!process.waitFor(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
                throw OxException.of(
                        ErrorCode.SOURCE_TIMEOUT,
                        "git %s did not end within %d minutes",
                        command,
                        LIMIT.toMinutes());
            }
            if (input != null) {
                input.fault();
            }
            output.fault();
            String stderr = errors.join(deadline);
            int exit = process.exitValue();
            if (exit == 0 && input != null) {
                input.join(deadline);
            }
            output.join(deadline);
            return new Output(exit, new byte[0], stderr);
        } catch (IOException e) {
            throw OxException.of(ErrorCode.SOURCE_UNREADABLE, "git %s: %s", command, e).causedBy(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw OxException.of(ErrorCode.OPERATION_INTERRUPTED, "git %s was interrupted", command)
                    .causedBy(e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static ErrorCode codeOf(String said) {
        boolean full =
                said.contains("No space left on device") || said.contains("Out of diskspace");
        return full ? ErrorCode.NO_SPACE : ErrorCode.SOURCE_UNREADABLE;
    }

    /** The same output if the command succeeded, else a failure that quotes what git said. */
    Output check(Output output) {
        if (output.exit() != 0) {
            throw OxException.of(
                    codeOf(output.stderr()),
                    "git in %s ended with code %d: %s",
                    workTree,
                    output.exit(),
                    output.stderr().strip().replace('\n', ' '));
        }
        return output;
    }

    private Process start(List<String> args, boolean fed, Map<String, String> environment) {
        List<String> argv = new ArrayList<>();
        argv.add("git");
        argv.add("--git-dir=" + gitDir);
        argv.add("--work-tree=" + workTree);
        argv.add("--no-replace-objects");
        argv.add("--literal-pathspecs");
        for (String override : OVERRIDES) {
            argv.add("-c");
            argv.add(override);
        }
        argv.addAll(args);
        ProcessBuilder builder = new ProcessBuilder(argv).directory(workTree.toFile());
        @Nullable String path = System.getenv("PATH");
        builder.environment().clear();
        builder.environment().putAll(ENVIRONMENT);
        builder.environment().put("PATH", path == null ? "/usr/bin:/bin" : path);
        builder.environment().putAll(environment);
        if (!fed) {
            builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
        }
        return begin(builder);
    }

    private static Process begin(ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw OxException.of(ErrorCode.SOURCE_UNREADABLE, "git cannot be started: %s", e)
                    .causedBy(e)
                    .suggest("Install git and see that it is on the PATH.");
        }
    }

    private static String tail(InputStream in) throws IOException {
        byte[] kept = new byte[ERROR_TAIL];
        byte[] chunk = new byte[1024];
        int length = 0;
        for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
            int overflow = Math.max(0, length + n - kept.length);
            System.arraycopy(kept, overflow, kept, 0, length - overflow);
            System.arraycopy(chunk, 0, kept, length - overflow, n);
            length += n - overflow;
        }
        return new String(kept, 0, length, StandardCharsets.UTF_8);
    }

    /** One end of a child's pipe, served by a platform thread: a blocked read holds its carrier. */
    private static final class Pump {
        /** What is done with the pipe. */
        interface Work {
            String run() throws IOException;
        }

        private final Thread thread;
        private volatile String result = "";
        private volatile @Nullable IOException failure;
        private volatile @Nullable Throwable fault;

        Pump(Process process, String name, Work work) {
            thread =
                    Thread.ofPlatform()
                            .daemon()
                            .name(name)
                            .start(() -> {
                                try {
                                    result = work.run();
                                } catch (IOException e) {
                                    failure = e;
                                } catch (RuntimeException | Error e) {
                                    // Whoever waits is told; git must not wait for us meanwhile.
                                    fault = e;
                                    process.destroyForcibly();
                                }
                            });
        }

        /** Throws what the work threw, so far, that has nothing to do with the pipe. */
        void fault() {
            switch (fault) {
                case null -> {}
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                default -> throw new IllegalStateException(fault);
            }
        }

        String join(Deadline deadline) throws IOException, InterruptedException {
            if (!thread.join(deadline.remaining())) {
                throw new IOException("its pipe stayed open");
            }
            fault();
            IOException failed = failure;
            if (failed != null) {
                throw failed;
            }
            return result;
        }
    }
}
