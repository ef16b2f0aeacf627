package dev.oxbow.providers.fake;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Rewrites the sandbox's absolute directories into the host's where they stand in arguments and
 * environment values. This is what a mount namespace would make unnecessary: the price of running
 * host programs without walls.
 */
final class PathMapping {
    private final Map<String, Path> inside;
    private final Pattern anywhere;

    PathMapping(Map<String, Path> inside) {
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
    String rewrite(String text) {
        Matcher m = anywhere.matcher(text);
        return m.replaceAll(
                match -> Matcher.quoteReplacement(String.valueOf(inside.get(match.group(1)))));
    }

    /** The sandbox's longest mapped directory that holds an absolute path; never null. */
    String holder(String path) {
        return inside.keySet().stream()
                .filter(d -> path.equals(d) || path.startsWith(d.equals("/") ? d : d + "/"))
                .max((a, b) -> a.length() - b.length())
                .orElse("/");
    }

    /** Where that mapped directory really is. */
    Path root(String holder) {
        return inside.getOrDefault(holder, Path.of("/nonexistent"));
    }
}
