package dev.oxbow.engine;

import dev.oxbow.agents.Launch;
import dev.oxbow.agents.StreamDecoder;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.Sandbox;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The files of an agent in its sandbox: what it is given, and the record that it leaves. */
final class AgentFiles {
    private static final List<String> ROOTS = List.of(Sandbox.HOME, Sandbox.WORKSPACE, "/tmp");
    private static final int LARGEST = 64 << 20;
    private static final int LARGEST_SETTINGS = 1 << 20;

    private AgentFiles() {}

    /** Writes the files of a launch. */
    static void write(Sandbox sandbox, List<Launch.LaunchFile> files) {
        for (Launch.LaunchFile file : files) {
            String root = rootOf(file.path());
            TreePath path = TreePath.of(file.path().substring(root.length() + 1));
            try (FileTree tree = sandbox.files(root)) {
                makeParents(tree, path);
                tree.write(
                        path,
                        file.mode(),
                        Optional.empty(),
                        new ByteArrayInputStream(file.content().getBytes(StandardCharsets.UTF_8)));
            } catch (IOException e) {
                throw new IllegalStateException("bytes in memory cannot fail to be read", e);
            }
        }
    }

    /**
     * Refuses a workspace whose repository would run code of its own beside the agent's key.
     *
     * @param directory where the agent works; it also looks in every directory above
     * @throws OxException {@code POLICY_NOT_ENFORCED} naming the path
     */
    static void refuseRepositoryCode(Sandbox sandbox, Launch launch, TreePath directory) {
        try (FileTree tree = sandbox.files(Sandbox.WORKSPACE)) {
            TreePath at = directory;
            while (true) {
                for (Launch.RepositoryCode code : launch.repositoryCode()) {
                    TreePath path = below(at, TreePath.of(code.path()));
                    if (counts(tree, path, code)) {
                        throw OxException.of(
                                        ErrorCode.POLICY_NOT_ENFORCED,
                                        "the repository brings %s, which this agent runs at its"
                                                + " start, beside the model's key",
                                        path)
                                .suggest(
                                        "Remove it, use another agent, or say --trust-repository"
                                                + " if its code may see the key.");
                    }
                }
                if (at.isRoot()) {
                    return;
                }
                at = at.parent();
            }
        }
    }

    private static TreePath below(TreePath directory, TreePath path) {
        TreePath at = directory;
        for (byte[] name : path.components()) {
            at = at.resolve(name);
        }
        return at;
    }

    /**
     * A link on the way counts, the agent would follow it; so does what is too large to look at.
     */
    private static boolean counts(FileTree tree, TreePath path, Launch.RepositoryCode code) {
        try {
            Optional<Entry> entry = tree.stat(path);
            if (entry.isEmpty()
                    || code.word().isEmpty()
                    || entry.get().kind() != Entry.Kind.FILE
                    || entry.get().size() > LARGEST_SETTINGS) {
                return entry.isPresent();
            }
            try (InputStream in = tree.read(path)) {
                return code.countsWith(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        } catch (IOException unreadable) {
            return true;
        } catch (OxException e) {
            if (e.code() == ErrorCode.PATH_ESCAPE) {
                return true;
            }
            throw e;
        }
    }

    /** Makes a directory of the workspace if it is missing, for an agent to work in. */
    static void makeDirectory(Sandbox sandbox, TreePath directory) {
        try (FileTree tree = sandbox.files(Sandbox.WORKSPACE)) {
            makeParents(tree, directory.resolve("x"));
        }
    }

    private static void makeParents(FileTree tree, TreePath path) {
        TreePath at = TreePath.ROOT;
        for (byte[] name : path.parent().components()) {
            at = at.resolve(name);
            tree.mkdir(at, 0755);
        }
    }

    private static String rootOf(String path) {
        return ROOTS.stream()
                .filter(root -> path.startsWith(root + "/"))
                .findFirst()
                .orElseThrow(() ->
                        OxException.of(
                                ErrorCode.PATH_ESCAPE, "an agent's file cannot be at %s", path));
    }

    /** The newest file that fits, if there is one of bearable size. */
    static Optional<byte[]> read(Sandbox sandbox, StreamDecoder.Transcript wanted) {
        try (FileTree tree = sandbox.files(wanted.directory())) {
            Optional<Entry> newest =
                    tree.scan(_ -> true).stream()
                            .filter(e -> e.kind() == Entry.Kind.FILE && e.size() <= LARGEST)
                            .filter(e -> e.path().toString().endsWith(wanted.suffix()))
                            .max(Comparator.comparingLong(Entry::mtimeNanos));
            if (newest.isEmpty()) {
                return Optional.empty();
            }
            try (InputStream in = tree.read(newest.get().path())) {
                return Optional.of(in.readAllBytes());
            }
        } catch (OxException | IOException absent) {
            // The record only adds to what was read from the stream already.
            return Optional.empty();
        }
    }
}
