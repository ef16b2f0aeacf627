package dev.oxbow.workspace;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.TreePath;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes and reads git objects of the host's repository: commits of whole file trees that touch no
 * branch, no index and no file. Content passes as it is; no filter sees it.
 */
final class HostObjects {
    private static final String AUTHOR = "oxbow <sandbox@oxbow>";
    private static final int BUFFER = 1 << 16;

    /** So many edits at most have their objects named. */
    private static final int NAMED = 64;

    private final HostGit git;

    HostObjects(HostGit git) {
        this.git = git;
    }

    /** A commit and the tree in it. */
    record Commit(String id, String tree) {}

    /**
     * A commit that was made.
     *
     * @param objects ids of all in it that its parents and the tree it was started from may lack;
     *     empty where they are too many to be named
     */
    record Made(Commit commit, Optional<List<String>> objects) {}

    /** One name of a tree. */
    record TreeEntry(String mode, String id) {}

    /** Gives the content of a file that git may lack; empty if git has it for certain. */
    interface Contents {
        Optional<InputStream> open(TreePath path, Node.File node) throws IOException;
    }

    /**
     * A commit to make.
     *
     * @param ref what will point at it, wherever that pointed before
     * @param parents its parents; the first gives the tree to start from unless {@code tree} does
     * @param tree id of the tree to start from; the empty text for an empty one
     * @param edits paths to set or, where empty, to remove
     */
    record Request(
            String ref,
            String message,
            List<String> parents,
            Optional<String> tree,
            Map<TreePath, Optional<Node>> edits) {}

    Made commit(Request request, Contents contents) {
        Set<TreePath> changed = changedDirectories(request.edits());
        HostGit.Output output =
                git.run(
                        List.of(
                                "-c",
                                "core.bigFileThreshold=32m",
                                "fast-import",
                                "--quiet",
                                "--force",
                                "--done"),
                        Optional.of(stdin -> write(request, contents, changed, stdin)),
                        Map.of());
        if (output.exit() != 0 && output.stderr().contains("No space left")) {
            throw OxException.of(
                    ErrorCode.NO_SPACE, "no space left for git objects; nothing was applied");
        }
        String[] lines = git.check(output).text().split("\n", -1);
        Commit commit = new Commit(lines[0], id(lines[1]));
        if (changed.isEmpty()) {
            return new Made(commit, Optional.empty());
        }
        Set<String> objects = new LinkedHashSet<>(List.of(commit.id(), commit.tree()));
        for (int i = 2; i < 1 + changed.size(); i++) {
            // A directory may be gone, and says so then.
            if (!lines[i].startsWith("missing ")) {
                objects.add(id(lines[i]));
            }
        }
        for (Optional<Node> node : request.edits().values()) {
            switch (node.orElse(null)) {
                case Node.File file -> objects.add(file.blob());
                case Node.Link link -> objects.add(link.blob());
                case Node.EmptyDirectory _ -> {}
                case null -> {}
            }
        }
        return new Made(commit, Optional.of(List.copyOf(objects)));
    }

    private static String id(String listed) {
        return listed.split("[ \t]", -1)[2];
    }

    /** The root and all directories whose trees some edits change; none if the edits are many. */
    private static Set<TreePath> changedDirectories(Map<TreePath, Optional<Node>> edits) {
        Set<TreePath> changed = new TreeSet<>();
        if (edits.size() <= NAMED) {
            changed.add(TreePath.ROOT);
            for (TreePath path : edits.keySet()) {
                for (TreePath up = path.parent(); changed.add(up); up = up.parent()) {
                    // climbs until a directory is known
                }
            }
        }
        return changed;
    }

    private static void write(
            Request request, Contents contents, Set<TreePath> changed, OutputStream out)
            throws IOException {
        Set<String> stored = new HashSet<>();
        for (Map.Entry<TreePath, Optional<Node>> edit : request.edits().entrySet()) {
            switch (edit.getValue().orElse(null)) {
                case Node.File file -> {
                    if (stored.add(file.blob())) {
                        blob(edit.getKey(), file, contents, out);
                    }
                }
                case Node.Link link -> {
                    if (stored.add(link.blob())) {
                        data(link.target(), out);
                    }
                }
                case Node.EmptyDirectory _ -> {}
                case null -> {}
            }
        }
        text(out, "commit " + request.ref() + "\nmark :1\n");
        long now = Instant.now().getEpochSecond();
        text(out, "author " + AUTHOR + " " + now + " +0000\n");
        text(out, "committer " + AUTHOR + " " + now + " +0000\n");
        byte[] message = request.message().getBytes(StandardCharsets.UTF_8);
        text(out, "data " + message.length + "\n");
        out.write(message);
        String verb = "\nfrom ";
        for (String parent : request.parents()) {
            text(out, verb + parent + "\n");
            verb = "merge ";
        }
        if (request.parents().isEmpty()) {
            text(out, "\n");
        }
        if (request.tree().isPresent()) {
            String tree = request.tree().get();
            text(out, tree.isEmpty() ? "deleteall\n" : "M 040000 " + tree + " \"\"\n");
        }
        edits(request.edits(), out);
        text(out, "\nget-mark :1\nls :1 \"\"\n");
        for (TreePath directory : changed) {
            if (!directory.isRoot()) {
                text(out, "ls :1 " + quote(directory) + "\n");
            }
        }
        text(out, "done\n");
        out.flush();
    }

    private static void edits(Map<TreePath, Optional<Node>> edits, OutputStream out)
            throws IOException {
        for (Map.Entry<TreePath, Optional<Node>> edit : edits.entrySet()) {
            if (edit.getValue().isEmpty() || edit.getValue().get() instanceof Node.EmptyDirectory) {
                text(out, "D " + quote(edit.getKey()) + "\n");
            }
        }
        for (Map.Entry<TreePath, Optional<Node>> edit : edits.entrySet()) {
            switch (edit.getValue().orElse(null)) {
                case Node.File f ->
                        text(
                                out,
                                (f.executable() ? "M 100755 " : "M 100644 ")
                                        + f.blob()
                                        + " "
                                        + quote(edit.getKey())
                                        + "\n");
                case Node.Link l ->
                        text(out, "M 120000 " + l.blob() + " " + quote(edit.getKey()) + "\n");
                case Node.EmptyDirectory _ -> {}
                case null -> {}
            }
        }
    }

    private static void blob(TreePath path, Node.File file, Contents contents, OutputStream out)
            throws IOException {
        Optional<InputStream> content = contents.open(path, file);
        if (content.isEmpty()) {
            return;
        }
        try (InputStream in = content.get()) {
            text(out, "blob\ndata " + file.size() + "\n");
            byte[] buffer = new byte[BUFFER];
            long left = file.size();
            while (left > 0) {
                int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (n < 0) {
                    throw new EOFException(path + " became shorter");
                }
                out.write(buffer, 0, n);
                left -= n;
            }
            text(out, "\n");
        }
    }

    private static void data(byte[] content, OutputStream out) throws IOException {
        text(out, "blob\ndata " + content.length + "\n");
        out.write(content);
        text(out, "\n");
    }

    private static void text(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** The C spelling of a path, all bytes beyond plain ASCII as octal. */
    private static String quote(TreePath path) {
        StringBuilder out = new StringBuilder("\"");
        for (byte b : path.bytes()) {
            int c = b & 0xff;
            if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\') {
                out.append('\\').append((char) ('0' + (c >> 6)));
                out.append((char) ('0' + ((c >> 3) & 7))).append((char) ('0' + (c & 7)));
            } else {
                out.append((char) c);
            }
        }
        return out.append('"').toString();
    }

    /** All names in the tree of a commit, submodules included. */
    Map<TreePath, TreeEntry> tree(String commit) {
        return list("ls-tree", "-r", "-z", "--full-tree", "--end-of-options", commit);
    }

    /** All directories in the tree of a commit. */
    Map<TreePath, TreeEntry> directories(String commit) {
        return list("ls-tree", "-r", "-d", "-z", "--full-tree", "--end-of-options", commit);
    }

    /** The id of the tree that has nothing in it. */
    String emptyTree() {
        return new String(
                        git.ask("hash-object", "-t", "tree", "/dev/null"),
                        StandardCharsets.US_ASCII)
                .strip();
    }

    private Map<TreePath, TreeEntry> list(String... command) {
        Map<TreePath, TreeEntry> entries = new LinkedHashMap<>();
        for (byte[] record : Nul.split(git.ask(command))) {
            int tab = 0;
            while (record[tab] != '\t') {
                tab++;
            }
            String[] fields = new String(record, 0, tab, StandardCharsets.US_ASCII).split(" ", -1);
            entries.put(
                    TreePath.of(Arrays.copyOfRange(record, tab + 1, record.length)),
                    new TreeEntry(fields[0], fields[2]));
        }
        return entries;
    }

    /** Takes blobs in the order they were asked for. */
    interface BlobSink {
        /**
         * Takes one.
         *
         * @param content ends where the blob ends; need not be read to its end
         */
        void take(int index, long size, InputStream content) throws IOException;
    }

    /** Reads blobs; all of them must exist. */
    void blobs(List<String> ids, BlobSink sink) {
        if (ids.isEmpty()) {
            return;
        }
        HostGit.Output output =
                git.run(
                        List.of("cat-file", "--batch"),
                        Optional.of(stdin -> {
                            for (String id : ids) {
                                text(stdin, id + "\n");
                            }
                        }),
                        Map.of(),
                        in -> {
                            for (int i = 0; i < ids.size(); i++) {
                                one(ids.get(i), i, in, sink);
                            }
                        });
        git.check(output);
    }

    private static void one(String id, int index, InputStream in, BlobSink sink)
            throws IOException {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("git ended early");
            }
            header.write(c);
        }
        String[] fields = header.toString(StandardCharsets.US_ASCII).split(" ", -1);
        if (fields.length != 3 || !fields[1].equals("blob")) {
            throw new IOException("git has no blob " + id);
        }
        long size = Long.parseLong(fields[2]);
        Limited content = new Limited(in, size);
        sink.take(index, size, content);
        content.skipNBytes(content.left);
        if (in.read() != '\n') {
            throw new IOException("git's answer is out of step");
        }
    }

    /** The content of one small blob. */
    byte[] blob(String id) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        blobs(List.of(id), (_, _, in) -> in.transferTo(out));
        return out.toByteArray();
    }

    private static final class Limited extends InputStream {
        private final InputStream in;
        private long left;

        Limited(InputStream in, long left) {
            this.in = in;
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            if (left <= 0) {
                return -1;
            }
            left--;
            return in.read();
        }

        @Override
        public int read(byte[] to, int from, int length) throws IOException {
            if (left <= 0) {
                return -1;
            }
            int n = in.read(to, from, (int) Math.min(length, left));
            if (n < 0) {
                throw new EOFException("git ended early");
            }
            left -= n;
            return n;
        }
    }
}
