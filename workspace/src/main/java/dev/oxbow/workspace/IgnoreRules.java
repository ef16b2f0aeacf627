package dev.oxbow.workspace;

import dev.oxbow.posix.TreePath;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ignore rules in force in one directory: those of its own ignore file first, then those of the
 * directories above, then those of the repository and the user. The first file that speaks of a
 * name decides, in it the last line that does.
 */
final class IgnoreRules {
    private final @Nullable IgnoreRules above;
    private final int depth;
    private final List<IgnorePattern> patterns;

    private IgnoreRules(@Nullable IgnoreRules above, int depth, List<IgnorePattern> patterns) {
        this.above = above;
        this.depth = depth;
        this.patterns = patterns;
    }

    /** Rules from files in rising order of precedence, for the whole tree. */
    static IgnoreRules of(List<byte[]> files, boolean ignoreCase) {
        IgnoreRules rules = new IgnoreRules(null, 0, List.of());
        for (byte[] file : files) {
            rules = rules.below(TreePath.ROOT, file, ignoreCase);
        }
        return rules;
    }

    /** These rules and those of an ignore file in a directory. */
    IgnoreRules below(TreePath directory, byte[] file, boolean ignoreCase) {
        List<IgnorePattern> own = IgnorePattern.parse(file, ignoreCase);
        int prefix = directory.isRoot() ? 0 : directory.bytes().length + 1;
        return own.isEmpty() ? this : new IgnoreRules(this, prefix, own);
    }

    /** Whether a name is ignored, provided that no directory above it is. */
    boolean ignores(TreePath path, boolean directory) {
        if (above == null && patterns.isEmpty()) {
            return false;
        }
        byte[] bytes = path.bytes();
        int name = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '/') {
                name = i + 1;
            }
        }
        for (@Nullable IgnoreRules rules = this; rules != null; rules = rules.above) {
            if (rules.patterns.isEmpty()) {
                continue;
            }
            byte[] relative =
                    rules.depth == 0 ? bytes : Arrays.copyOfRange(bytes, rules.depth, bytes.length);
            for (int i = rules.patterns.size() - 1; i >= 0; i--) {
                IgnorePattern pattern = rules.patterns.get(i);
                if (pattern.matches(relative, name - rules.depth, directory)) {
                    return !pattern.negated();
                }
            }
        }
        return false;
    }
}
