package dev.oxbow.environment;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** What the file systems of this machine say. Nothing is written to find out. */
interface Disk {
    /** File systems that are gone with the machine's power. */
    Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");

    /** Whether something is there that is no directory one may write to. */
    boolean isBlocked(Path path);

    /** Whether a directory could be made there, or is there, and be written to. */
    boolean isWritable(Path path);

    /** Type of the file system that the path is or would be on. */
    String type(Path path);

    /** The one of this machine. */
    static Disk here() {
        return new Disk() {
            @Override
            public boolean isBlocked(Path path) {
                return Files.exists(path) && !(Files.isDirectory(path) && Files.isWritable(path));
            }

            @Override
            public boolean isWritable(Path path) {
                Path nearest = nearest(path);
                return Files.isDirectory(nearest)
                        && Files.isWritable(nearest)
                        && !readOnly(nearest);
            }

            @Override
            public String type(Path path) {
                try {
                    return Files.getFileStore(nearest(path)).type();
                } catch (IOException unknown) {
                    return "unknown";
                }
            }

            private boolean readOnly(Path path) {
                try {
                    FileStore store = Files.getFileStore(path);
                    return store.isReadOnly();
                } catch (IOException unknown) {
                    // What may be written to was asked before this.
                    return false;
                }
            }

            private Path nearest(Path path) {
                Path at = path;
                while (at.getParent() != null && !Files.exists(at)) {
                    at = at.getParent();
                }
                return at;
            }
        };
    }
}
