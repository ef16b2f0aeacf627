package dev.oxbow.providers.local;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.Directory;
import dev.oxbow.posix.Owner;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.DirectoryTree;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.Sandbox;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Maps the writable directories of a sandbox to the folders of the host that they are. */
final class SandboxFiles {
    private SandboxFiles() {}

    static FileTree open(StoredSandbox sandbox, SandboxFolder folder, String directory) {
        Map<String, Path> places = new LinkedHashMap<>();
        places.put(Sandbox.WORKSPACE, folder.workspace());
        places.put(Sandbox.HOME, folder.home());
        places.put("/tmp", folder.tmp());
        Optional<Owner> owner = sandbox.uid().map(uid -> new Owner(uid, uid));
        for (Map.Entry<String, Path> place : places.entrySet()) {
            if (directory.equals(place.getKey())) {
                return new DirectoryTree(Directory.open(place.getValue()), owner);
            }
            if (directory.startsWith(place.getKey() + "/")) {
                TreePath below = TreePath.of(directory.substring(place.getKey().length() + 1));
                try (Directory base = Directory.open(place.getValue())) {
                    return new DirectoryTree(base.open(below), owner);
                }
            }
        }
        throw OxException.of(
                ErrorCode.INVALID_ARGUMENT,
                "%s is not in %s, the directories of a sandbox that hold files",
                directory,
                places.keySet());
    }
}
