package dev.oxbow.engine;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether a directory is gone for sure: the one that it was in can be read and has no such name.
 */
final class WorktreeProof {
    private WorktreeProof() {}

    static boolean gone(Path worktree) {
        Path parent = worktree.getParent();
        if (parent == null) {
            return false;
        }
        try (DirectoryStream<Path> names = Files.newDirectoryStream(parent)) {
            for (Path name : names) {
                if (name.getFileName().equals(worktree.getFileName())) {
                    return false;
                }
            }
            return true;
        } catch (IOException | DirectoryIteratorException notReadable) {
            // A disk that is not mounted now, a right that is missing: nothing is proven.
            return false;
        }
    }
}
