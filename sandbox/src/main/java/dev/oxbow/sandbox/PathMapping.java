package dev.oxbow.sandbox;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where the directories of a sandbox really are that has no root of its own. They are rewritten
 * where they stand as paths in arguments and environment values: the price of running the host's
 * programs in the host's own file system. What is in files stays as it is. Immutable.
 */
public final class PathMapping {
    private final Map<String, Path> inside;
    private final Pattern anywhere;

    /**
     * A mapping.
     *
     * @param inside absolute directory of the sandbox → directory of the host, at least one
     */
    public PathMapping(Map<String, Path> inside) {
        this.inside = new LinkedHashMap<>(inside);
        String names =
                inside.keySet().stream()
                        .sorted((a, b) -> b.length() - a.length())
                        .map(Pattern::quote)
                        .collect(Collectors.joining("|"));
        // A match begins and ends where a path would: "/workspaces" and "a/workspace" are others.
        this.anywhere = Pattern.compile("(?<![\\w./-])(" + names + ")(?![\\w.-])");
    }

    /** The text with every directory of the sandbox replaced. */
    public String rewrite(String text) {
        Matcher m = anywhere.matcher(text);
        return m.replaceAll(
                match -> Matcher.quoteReplacement(String.valueOf(inside.get(match.group(1)))));
    }

    /** The sandbox's longest mapped directory that holds an absolute path; {@code /} if none. */
    public String holder(String path) {
        return inside.keySet().stream()
                .filter(d -> path.equals(d) || path.startsWith(d.equals("/") ? d : d + "/"))
                .max((a, b) -> a.length() - b.length())
                .orElse("/");
    }

    /** Where that mapped directory really is; nowhere for one that is not mapped. */
    public Path root(String holder) {
        return inside.getOrDefault(holder, Path.of("/nonexistent"));
    }

    /** The host's path for one of the sandbox; one that is in no mapped directory stays. */
    public Path onHost(String path) {
        String holder = holder(path);
        return inside.containsKey(holder)
                ? Path.of(root(holder) + path.substring(holder.length()))
                : Path.of(path);
    }
}
