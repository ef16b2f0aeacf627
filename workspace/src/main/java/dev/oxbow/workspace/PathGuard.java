package dev.oxbow.workspace;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.TreePath;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what a sandbox must not be able to make in the worktree: names that some file system
 * takes for git data, and links that lead out.
 */
final class PathGuard {
    private static final int MOST_LINKS = 40;

    private PathGuard() {}

    /** Refuses a path with a component that any file system takes for {@code .git}. */
    static void check(TreePath path) {
        for (byte[] component : path.components()) {
            if (isGitName(component)) {
                throw escape(path, "names git data");
            }
        }
    }

    /**
     * Whether a name is {@code .git} for HFS+ (case and ignorable code points), NTFS (case, short
     * name, trailing dots and spaces, streams) or as it is.
     */
    static boolean isGitName(byte[] component) {
        String name = new String(component, StandardCharsets.UTF_8);
        StringBuilder visible = new StringBuilder();
        name.codePoints().filter(c -> !isIgnorable(c)).forEach(visible::appendCodePoint);
        String folded =
                Normalizer.normalize(visible, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        int stream = folded.indexOf(':');
        if (stream > 0) {
            folded = folded.substring(0, stream);
        }
        int end = folded.length();
        while (end > 0 && (folded.charAt(end - 1) == '.' || folded.charAt(end - 1) == ' ')) {
            end--;
        }
        folded = folded.substring(0, end);
        int backslash = folded.indexOf('\\');
        if (backslash >= 0) {
            for (String part : folded.split("\\\\", -1)) {
                if (part.equals(".git") || part.equals("git~1")) {
                    return true;
                }
            }
        }
        return folded.equals(".git") || folded.equals("git~1");
    }

    private static boolean isIgnorable(int c) {
        return c == 0xad
                || (c >= 0x200b && c <= 0x200f)
                || (c >= 0x202a && c <= 0x202e)
                || (c >= 0x2060 && c <= 0x206f)
                || (c >= 0xfe00 && c <= 0xfe0f)
                || c == 0xfeff
                || Character.getType(c) == Character.FORMAT;
    }

    /**
     * Refuses a link whose target is outside the tree or in git data, links on its way followed as
     * they are in the tree.
     */
    static void checkLink(TreePath path, Node.Link link, Map<TreePath, Node> tree) {
        Deque<byte[]> left = new ArrayDeque<>(parts(link.target()));
        List<byte[]> at = new ArrayList<>(path.parent().components());
        if (link.target().length == 0 || link.target()[0] == '/') {
            throw escape(path, "is a link to an absolute path");
        }
        for (int links = 0; !left.isEmpty(); ) {
            byte[] part = left.removeFirst();
            if (part.length == 0 || Arrays.equals(part, new byte[] {'.'})) {
                continue;
            }
            if (Arrays.equals(part, new byte[] {'.', '.'})) {
                if (at.isEmpty()) {
                    throw escape(path, "is a link that leads out");
                }
                at.removeLast();
                continue;
            }
            if (isGitName(part)) {
                throw escape(path, "is a link to git data");
            }
            at.add(part);
            @Nullable Node node = tree.get(TreePath.of(join(at)));
            if (node instanceof Node.Link next) {
                if (++links > MOST_LINKS || next.target().length == 0 || next.target()[0] == '/') {
                    throw escape(path, "is a link that leads out");
                }
                at.removeLast();
                List<byte[]> more = parts(next.target());
                for (byte[] p : more.reversed()) {
                    left.addFirst(p);
                }
            }
        }
    }

    private static List<byte[]> parts(byte[] target) {
        List<byte[]> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= target.length; i++) {
            if (i == target.length || target[i] == '/') {
                parts.add(Arrays.copyOfRange(target, start, i));
                start = i + 1;
            }
        }
        return parts;
    }

    private static byte[] join(List<byte[]> parts) {
        byte[] joined = new byte[parts.stream().mapToInt(p -> p.length + 1).sum() - 1];
        int at = 0;
        for (byte[] part : parts) {
            if (at > 0) {
                joined[at++] = '/';
            }
            System.arraycopy(part, 0, joined, at, part.length);
            at += part.length;
        }
        return joined;
    }

    static OxException escape(Object path, String why) {
        return OxException.of(
                        ErrorCode.PATH_ESCAPE,
                        "sandbox path %s escapes the worktree. Pull aborted. It %s.",
                        path,
                        why)
                .with("path", path.toString());
    }
}
