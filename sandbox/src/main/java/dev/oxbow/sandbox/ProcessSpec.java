package dev.oxbow.sandbox;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.ProcessId;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A command to run in a sandbox.
 *
 * @param id chosen by the caller; repeating an exec with it does not start a second process
 * @param argv program and arguments, passed unchanged and never through a shell; at least one, the
 *     first not empty, no NUL. A program without a slash is looked up on the PATH given here
 * @param cwd absolute directory inside the sandbox
 * @param env the whole environment of the process; nothing is inherited. Values reach the process
 *     without passing through any argument list and are not kept
 * @param stdin where standard input comes from
 * @param deadline longest time it may run, after which TERM, 5 s, KILL; empty for no limit
 */
public record ProcessSpec(
        ProcessId id,
        List<String> argv,
        String cwd,
        Map<String, String> env,
        Stdin stdin,
        Optional<Duration> deadline) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** Checks the rules above. */
    public ProcessSpec {
        argv = List.copyOf(argv);
        env = Map.copyOf(env);
        if (argv.isEmpty() || argv.getFirst().isEmpty()) {
            throw OxException.of(ErrorCode.INVALID_ARGUMENT, "a command needs a program to run");
        }
        if (argv.stream().anyMatch(a -> a.indexOf('\0') >= 0)) {
            throw OxException.of(ErrorCode.INVALID_ARGUMENT, "an argument holds a NUL character");
        }
        if (!cwd.startsWith("/") || cwd.indexOf('\0') >= 0) {
            throw OxException.of(ErrorCode.INVALID_ARGUMENT, "cwd must be an absolute path");
        }
        env.forEach((name, value) -> {
            if (!NAME.matcher(name).matches()) {
                throw OxException.of(
                        ErrorCode.INVALID_ARGUMENT,
                        "'%s' is not a name of an environment variable",
                        name);
            }
            if (value.indexOf('\0') >= 0) {
                throw OxException.of(
                        ErrorCode.INVALID_ARGUMENT,
                        "the value of environment variable %s holds a NUL character",
                        name);
            }
        });
    }

    /** A command in the workspace with a minimal environment and no input. */
    public static ProcessSpec of(String... argv) {
        return new ProcessSpec(
                ProcessId.next(),
                List.of(argv),
                Sandbox.WORKSPACE,
                Map.of(
                        "PATH", "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin",
                        "HOME", Sandbox.HOME,
                        "LANG", "C.UTF-8"),
                new Stdin.Empty(),
                Optional.empty());
    }

    /** The same command in another directory. */
    public ProcessSpec withCwd(String value) {
        return new ProcessSpec(id, argv, value, env, stdin, deadline);
    }

    /** The same command with another environment. */
    public ProcessSpec withEnv(Map<String, String> value) {
        return new ProcessSpec(id, argv, cwd, value, stdin, deadline);
    }

    /** The same command with another input. */
    public ProcessSpec withStdin(Stdin value) {
        return new ProcessSpec(id, argv, cwd, env, value, deadline);
    }

    /** The same command with a time limit. */
    public ProcessSpec withDeadline(Duration value) {
        return new ProcessSpec(id, argv, cwd, env, stdin, Optional.of(value));
    }

    /** Where standard input comes from. */
    public sealed interface Stdin {
        /** End of file at once. */
        record Empty() implements Stdin {}

        /**
         * These bytes, then end of file.
         *
         * @param bytes the whole input, not to be modified
         */
        record Bytes(byte[] bytes) implements Stdin {
            @Override
            public boolean equals(Object other) {
                return other instanceof Bytes b && Arrays.equals(b.bytes, bytes);
            }

            @Override
            public int hashCode() {
                return Arrays.hashCode(bytes);
            }

            @Override
            public String toString() {
                return "Bytes[" + bytes.length + " bytes]";
            }
        }

        /** What {@link SandboxProcess#write} sends, until {@link SandboxProcess#closeStdin}. */
        record Pipe() implements Stdin {}
    }

    /** Leaves environment values out: they may be secrets. */
    @Override
    public String toString() {
        return "ProcessSpec[" + id + " " + argv + " in " + cwd + " env " + env.keySet() + "]";
    }
}
