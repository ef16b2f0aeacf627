package dev.oxbow.agents;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/**
 * Everything that is needed to start an agent once. It holds no secret: keys are named, not held.
 *
 * @param argv program and arguments
 * @param env the whole environment but for {@code secrets}
 * @param secrets variables whose values the caller adds
 * @param files to be written before the start, and removed after the end where they say so
 * @param stdin the whole standard input, then end of file
 * @param probe a command that must exit 0 in the sandbox before the first start
 * @param reaches the hosts that the agent must reach: its model
 * @param directPorts ports of the host's loopback that the agent calls at {@code 127.0.0.1:PORT}
 *     without asking the proxy; each needs a relay of its own inside the sandbox
 */
public record Launch(
        List<String> argv,
        Map<String, String> env,
        List<SecretEnv> secrets,
        List<LaunchFile> files,
        byte[] stdin,
        Optional<List<String>> probe,
        List<Endpoint> reaches,
        SortedSet<Integer> directPorts) {
    /** Copies the collections. */
    public Launch {
        argv = List.copyOf(argv);
        env = Map.copyOf(env);
        secrets = List.copyOf(secrets);
        files = List.copyOf(files);
        reaches = List.copyOf(reaches);
    }

    /**
     * A variable that gets a secret.
     *
     * @param name the variable that the agent reads
     * @param sources variables of the caller's own environment that may hold it, best first
     * @param placeholder what to use if none is set; empty if the agent cannot start without
     */
    public record SecretEnv(String name, List<String> sources, Optional<String> placeholder) {
        /** Copies the list. */
        public SecretEnv {
            sources = List.copyOf(sources);
        }
    }

    /**
     * A file to be written.
     *
     * @param path absolute, inside the sandbox
     * @param mode permission bits
     * @param content its text
     */
    public record LaunchFile(String path, int mode, String content) {}

    /** A host and port. */
    public record Endpoint(String host, int port) {
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Launch that
                && argv.equals(that.argv)
                && env.equals(that.env)
                && secrets.equals(that.secrets)
                && files.equals(that.files)
                && Arrays.equals(stdin, that.stdin)
                && probe.equals(that.probe)
                && reaches.equals(that.reaches)
                && directPorts.equals(that.directPorts);
    }

    @Override
    public int hashCode() {
        return argv.hashCode() * 31 + env.hashCode();
    }

    /** Leaves the prompt and values out. */
    @Override
    public String toString() {
        return "Launch[" + argv + " env " + env.keySet() + " stdin " + stdin.length + " bytes]";
    }
}
