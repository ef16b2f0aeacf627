package dev.oxbow.providers.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The host's own files as they are, with the sandbox's folders among them: what a sandbox without
 * the wall of files sees.
 */
final class OpenRoot {
    /** What is shown otherwise than on the host. */
    private static final Set<String> OURS =
            Set.of("home", "tmp", "workspace", "proc", "dev", "lost+found");

    private OpenRoot() {}

    /** The words for bubblewrap. */
    static List<String> mounts(boolean ownProcesses) {
        List<String> words = new ArrayList<>();
        try (DirectoryStream<Path> top = Files.newDirectoryStream(Path.of("/"))) {
            for (Path path : top) {
                if (OURS.contains(path.getFileName().toString())) {
                    continue;
                }
                if (Files.isSymbolicLink(path)) {
                    String target = Files.readSymbolicLink(path).toString();
                    words.addAll(List.of("--symlink", target, path.toString()));
                } else if (Files.isDirectory(path)) {
                    words.addAll(List.of("--dev-bind", path.toString(), path.toString()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (ownProcesses) {
            words.addAll(List.of("--proc", "/proc"));
            // Which bubblewrap shows read-only by itself.
            for (String writable : List.of("/proc/sys", "/proc/sysrq-trigger")) {
                words.addAll(List.of("--dev-bind-try", writable, writable));
            }
        } else {
            words.addAll(List.of("--dev-bind", "/proc", "/proc"));
        }
        words.addAll(List.of("--dev-bind", "/dev", "/dev"));
        return words;
    }
}
