package dev.oxbow.providers.local;

import java.nio.file.Path;
import java.util.List;

/** Where the writable tree of a sandbox comes from when its walls are built. */
sealed interface FilesPlan {
    /** Directories of the tree, each shown at a place of its own inside. */
    List<String> PARTS = List.of("workspace", "home", "tmp");

    /** The folder of the host under which the tree is found, before it is shown anywhere. */
    Path folder();

    /**
     * The tree is one folder of the host.
     *
     * @param folder that holds {@link #PARTS}
     */
    record Plain(Path folder) implements FilesPlan {}
}
