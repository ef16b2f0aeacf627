package dev.oxbow.agents;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Everything that is needed to start an agent once. It holds no secret: the key is named, not held.
 *
 * <p>All four agents ask the proxy of their environment also for hosts at {@code 127.0.0.1}, as
 * long as {@code NO_PROXY} stays empty: Codex, Claude Code and OpenCode send plain HTTP in absolute
 * form ({@code POST http://127.0.0.1:8123/v1/…}), Gemini CLI asks for {@code CONNECT
 * 127.0.0.1:8123} and speaks plain HTTP in it; https is always {@code CONNECT}. Tests hold them to
 * it.
 *
 * @param argv program and arguments
 * @param env the whole environment but for the key
 * @param key the one secret it needs
 * @param files to be written before the start, parent directories included
 * @param stdin the whole standard input, then end of file
 * @param probe a command that must exit 0 in the sandbox before the first start
 * @param reaches the hosts that the agent must reach: its model
 * @param directPorts ports of the host's loopback that the agent calls at {@code 127.0.0.1:PORT}
 *     without asking the proxy; each needs a relay of its own inside the sandbox. Empty for every
 *     agent of today
 * @param repositoryCode what in the workspace this agent runs code from at its start although the
 *     repository is not trusted, because it has no switch against it. Where one of them exists, the
 *     run is refused: it would run inside the walls, but beside the key
 */
public record Launch(
        List<String> argv,
        Map<String, String> env,
        ModelKey key,
        List<LaunchFile> files,
        byte[] stdin,
        Optional<List<String>> probe,
        List<Endpoint> reaches,
        SortedSet<Integer> directPorts,
        List<RepositoryCode> repositoryCode) {
    /** Copies the collections. */
    public Launch {
        argv = List.copyOf(argv);
        env = Map.copyOf(env);
        files = List.copyOf(files);
        reaches = List.copyOf(reaches);
        repositoryCode = List.copyOf(repositoryCode);
        directPorts = Collections.unmodifiableSortedSet(new TreeSet<>(directPorts));
    }

    /**
     * The key of the model server.
     *
     * @param choices where it may come from, best first; none if the agent needs no key
     * @param placeholder what to use if none is set, for servers that ask for none
     */
    public record ModelKey(List<KeyChoice> choices, Optional<String> placeholder) {
        /** No key at all. */
        public static final ModelKey NONE = new ModelKey(List.of(), Optional.empty());

        /** Copies the list. */
        public ModelKey {
            choices = List.copyOf(choices);
        }

        /**
         * The variables to add to the agent's environment.
         *
         * @param lookup value of a variable of the user's own environment
         * @return name → secret; never to be printed or kept
         * @throws OxException {@link ErrorCode#AGENT_AUTH_MISSING} naming the variables looked at
         */
        public Map<String, String> resolve(Function<String, Optional<String>> lookup) {
            for (KeyChoice choice : choices) {
                Optional<String> value = lookup.apply(choice.source()).filter(v -> !v.isBlank());
                if (value.isPresent()) {
                    return Map.of(choice.name(), value.get());
                }
            }
            if (choices.isEmpty()) {
                return Map.of();
            }
            String name = choices.getFirst().name();
            return Map.of(
                    name,
                    placeholder.orElseThrow(() -> {
                        String sources =
                                choices.stream()
                                        .map(KeyChoice::source)
                                        .distinct()
                                        .collect(Collectors.joining(" or "));
                        return OxException.of(
                                        ErrorCode.AGENT_AUTH_MISSING,
                                        "no key for the model: %s is not set",
                                        sources)
                                .suggest(
                                        "Set %s, or name another variable with"
                                                + " --model-key-env.",
                                        sources);
                    }));
        }
    }

    /**
     * One place that a key may come from.
     *
     * @param name the variable that the agent reads
     * @param source the variable of the user's environment that holds it
     */
    public record KeyChoice(String name, String source) {}

    /**
     * A file to be written.
     *
     * @param path absolute, inside the sandbox
     * @param mode permission bits
     * @param content its text
     */
    public record LaunchFile(String path, int mode, String content) {}

    /**
     * A path of the workspace that makes an agent run code of the repository.
     *
     * @param path below the directory where the agent works, or any above
     * @param word only if the file has this word in it, in any spelling; empty if it is enough that
     *     the path exists
     */
    public record RepositoryCode(String path, Optional<String> word) {
        /** One that need only exist. */
        static RepositoryCode of(String path) {
            return new RepositoryCode(path, Optional.empty());
        }

        /** One that must have a word in it. */
        static RepositoryCode of(String path, String word) {
            return new RepositoryCode(path, Optional.of(word));
        }

        /**
         * Whether a JSON file of this text counts. One with escaped letters does: any word may be
         * behind them.
         */
        public boolean countsWith(String text) {
            return word.isEmpty()
                    || text.contains("\\u")
                    || text.toLowerCase(Locale.ROOT).contains(word.get());
        }

        @Override
        public String toString() {
            return word.map(w -> path + " with '" + w + "'").orElse(path);
        }
    }

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
                && key.equals(that.key)
                && files.equals(that.files)
                && Arrays.equals(stdin, that.stdin)
                && probe.equals(that.probe)
                && reaches.equals(that.reaches)
                && directPorts.equals(that.directPorts)
                && repositoryCode.equals(that.repositoryCode);
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
