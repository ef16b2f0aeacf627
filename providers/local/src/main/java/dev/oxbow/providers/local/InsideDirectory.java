package dev.oxbow.providers.local;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Looks whether a directory exists as a sandbox sees it, from outside and without running anything:
 * through the holder's root, links resolved by hand so that they never lead into the host.
 */
final class InsideDirectory {
    private static final int LINKS = 40;

    private InsideDirectory() {}

    /** Throws {@code FILE_NOT_FOUND} or {@code NOT_DIRECTORY}; silent if it cannot be known. */
    static void require(long holder, String cwd) {
        Path root = Path.of("/proc/" + holder + "/root");
        Path at = Path.of("/");
        Deque<String> rest = new ArrayDeque<>(List.of(cwd.split("/", -1)));
        int links = 0;
        try {
            while (!rest.isEmpty()) {
                String name = rest.removeFirst();
                if (name.isEmpty() || name.equals(".")) {
                    continue;
                }
                if (name.equals("..")) {
                    at = at.getParent() == null ? at : at.getParent();
                    continue;
                }
                Path inside = at.resolve(name);
                Path host = root.resolve(inside.toString().substring(1));
                BasicFileAttributes facts =
                        Files.readAttributes(
                                host, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                if (facts.isSymbolicLink()) {
                    if (++links > LINKS) {
                        throw fail(ErrorCode.FILE_NOT_FOUND, cwd, "too many links");
                    }
                    Path target = Files.readSymbolicLink(host);
                    at = target.isAbsolute() ? Path.of("/") : at;
                    List<String> parts = List.of(target.toString().split("/", -1));
                    parts.reversed().forEach(rest::addFirst);
                } else if (facts.isDirectory()) {
                    at = inside;
                } else {
                    throw fail(ErrorCode.NOT_DIRECTORY, cwd, "is not a directory");
                }
            }
        } catch (NoSuchFileException | NotDirectoryException absent) {
            throw fail(ErrorCode.FILE_NOT_FOUND, cwd, "does not exist");
        } catch (AccessDeniedException | IllegalArgumentException unknown) {
            return;
        } catch (IOException unknown) {
            return;
        }
    }

    private static OxException fail(ErrorCode code, String cwd, String what) {
        return OxException.of(code, "the working directory %s %s in the sandbox", cwd, what)
                .with("path", cwd);
    }
}
