package dev.oxbow.workspace;

import dev.oxbow.posix.TreePath;
import java.util.List;

/** The ignored files that the user named; globs count from the top of the tree. */
final class IncludeGlobs {
    private final List<Wildcard> globs;
    private final List<byte[]> fixed;

    IncludeGlobs(List<String> globs) {
        this.globs =
                globs.stream()
                        .map(IncludeGlobs::normal)
                        .flatMap(g -> List.of(new Wildcard(g), new Wildcard(g + "/**")).stream())
                        .toList();
        this.fixed = globs.stream().map(IncludeGlobs::normal).map(IncludeGlobs::fixedPart).toList();
    }

    private static String normal(String glob) {
        String text = glob.startsWith("./") ? glob.substring(2) : glob;
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    /** The leading directories that hold no wildcard. */
    private static byte[] fixedPart(String glob) {
        StringBuilder kept = new StringBuilder();
        for (String part : glob.split("/", -1)) {
            if (part.chars().anyMatch(c -> c == '*' || c == '?' || c == '[' || c == '\\')) {
                break;
            }
            kept.append(kept.isEmpty() ? "" : "/").append(part);
        }
        return kept.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    boolean isEmpty() {
        return globs.isEmpty();
    }

    boolean names(TreePath path) {
        if (globs.isEmpty()) {
            return false;
        }
        byte[] bytes = path.bytes();
        return globs.stream().anyMatch(g -> g.matches(bytes));
    }

    /** Whether something below a directory could be named. */
    boolean mayNameBelow(TreePath directory) {
        for (byte[] prefix : fixed) {
            if (prefix.length == 0) {
                return true;
            }
            TreePath path = TreePath.of(prefix);
            if (path.startsWith(directory) || directory.startsWith(path)) {
                return true;
            }
        }
        return false;
    }
}
