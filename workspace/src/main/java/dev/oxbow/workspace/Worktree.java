package dev.oxbow.workspace;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A git work tree of the host, the main one of its repository or a linked one. Found by walking up
 * from a directory as git does, without running anything and without regard to {@code GIT_*}
 * variables. Immutable; {@link #head()} is read anew each time.
 */
public final class Worktree {
    private static final Pattern USER_INFO = Pattern.compile("^([A-Za-z][A-Za-z0-9+.-]*://)[^/]*@");

    private final Path root;
    private final Path gitDir;
    private final Path commonDir;

    private Worktree(Path root, Path gitDir, Path commonDir) {
        this.root = root;
        this.gitDir = gitDir;
        this.commonDir = commonDir;
    }

    /**
     * What is checked out.
     *
     * @param commit id of the commit; empty in a repository that has none yet
     * @param branch short name of the branch, such as {@code main}; empty if HEAD is detached
     */
    public record Head(Optional<String> commit, Optional<String> branch) {}

    /**
     * The work tree that a directory lies in.
     *
     * @throws OxException {@code CWD_NOT_WORKTREE} if it lies in none; {@code SOURCE_UNREADABLE} if
     *     that cannot be told
     */
    public static Worktree at(Path cwd) {
        requireUnicodeNames();
        Path start;
        try {
            start = cwd.toRealPath();
        } catch (IOException e) {
            throw notWorktree(cwd).causedBy(e);
        }
        for (@Nullable Path dir = start; dir != null; dir = dir.getParent()) {
            Path dotGit = dir.resolve(".git");
            if (Files.isRegularFile(dotGit)) {
                return linked(dir, dotGit);
            }
            if (isGitDirectory(dotGit)) {
                return new Worktree(dir, real(dotGit), real(dotGit));
            }
        }
        throw notWorktree(cwd);
    }

    private static Worktree linked(Path root, Path pointer) {
        String text = read(pointer);
        if (!text.startsWith("gitdir: ")) {
            throw OxException.of(
                    ErrorCode.CWD_NOT_WORKTREE, "%s does not name a git directory", pointer);
        }
        Path gitDir = root.resolve(text.substring("gitdir: ".length()).stripTrailing());
        if (!Files.isRegularFile(gitDir.resolve("HEAD"))) {
            throw OxException.of(
                    ErrorCode.CWD_NOT_WORKTREE, "%s names %s, which is gone", pointer, gitDir);
        }
        gitDir = real(gitDir);
        Path common = gitDir.resolve("commondir");
        Path commonDir =
                Files.isRegularFile(common)
                        ? real(gitDir.resolve(read(common).stripTrailing()))
                        : gitDir;
        return new Worktree(root, gitDir, commonDir);
    }

    private static boolean isGitDirectory(Path dir) {
        return Files.isRegularFile(dir.resolve("HEAD"))
                && Files.isDirectory(dir.resolve("objects"))
                && Files.isDirectory(dir.resolve("refs"));
    }

    /** The top directory, symbolic links resolved. */
    public Path root() {
        return root;
    }

    /** The git directory of this work tree alone, links resolved. */
    public Path gitDir() {
        return gitDir;
    }

    /** The git directory that all work trees of the repository share, links resolved. */
    public Path commonDir() {
        return commonDir;
    }

    /**
     * Names this work tree for good: the first 24 hexadecimal digits of the SHA-256 of the real
     * paths of common directory and root, joined by NUL.
     */
    public String identity() {
        byte[] digest = sha256().digest((commonDir + "\0" + root).getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest).substring(0, 24);
    }

    /**
     * What is checked out now.
     *
     * @throws OxException {@code SOURCE_UNREADABLE} if git cannot tell
     */
    public Head head() {
        HostGit.Output commit =
                git().run(
                                List.of("rev-parse", "-q", "--verify", "HEAD^{commit}"),
                                Optional.empty(),
                                Map.of());
        Optional<String> name =
                symbolicHead()
                        .filter(ref -> ref.startsWith("refs/heads/"))
                        .map(ref -> ref.substring("refs/heads/".length()));
        if (commit.exit() == 0) {
            return new Head(Optional.of(commit.line()), name);
        }
        if (name.isEmpty() || branchExists(name.get())) {
            git().check(commit);
            throw OxException.of(ErrorCode.SOURCE_UNREADABLE, "HEAD of %s is broken", root);
        }
        return new Head(Optional.empty(), name);
    }

    /**
     * Whether the files of the repository show, without git, that this is what is checked out. That
     * they do not show it says nothing.
     */
    boolean stillAt(Head known) {
        if (known.commit().isEmpty()) {
            return false;
        }
        String commit = known.commit().get();
        try {
            String head = Files.readString(gitDir.resolve("HEAD")).strip();
            if (known.branch().isEmpty()) {
                return head.equals(commit);
            }
            String ref = "refs/heads/" + known.branch().get();
            // Git itself looks here first; packed refs and tables of refs are left to it.
            return head.equals("ref: " + ref)
                    && Files.readString(commonDir.resolve(ref)).strip().equals(commit);
        } catch (IOException gitIsAsked) {
            return false;
        }
    }

    /** The ref that HEAD names; empty if it names a commit. */
    private Optional<String> symbolicHead() {
        String head = read(gitDir.resolve("HEAD")).strip();
        // Where refs are kept in tables, the file only says that they are.
        if (head.startsWith("ref: refs/") && !head.endsWith("/.invalid")) {
            return Optional.of(head.substring("ref: ".length()));
        }
        if (head.matches("[0-9a-f]{40,64}")) {
            return Optional.empty();
        }
        HostGit.Output asked =
                git().run(List.of("symbolic-ref", "-q", "HEAD"), Optional.empty(), Map.of());
        return Optional.of(asked.line()).filter(_ -> asked.exit() == 0);
    }

    private boolean branchExists(String branch) {
        // One that holds anything but a commit's id is there, and is not for git.
        if (Files.isRegularFile(commonDir.resolve("refs/heads/" + branch))) {
            return true;
        }
        HostGit.Output found =
                git().run(
                                List.of("show-ref", "--quiet", "--verify", "refs/heads/" + branch),
                                Optional.empty(),
                                Map.of());
        return found.exit() == 0;
    }

    /**
     * Where the repository is from: the address of its remote {@code origin}, without the name and
     * password that a URL may hold; empty if it has none.
     *
     * @throws OxException {@code SOURCE_UNREADABLE} if git cannot tell
     */
    public Optional<String> origin() {
        HostGit.Output found =
                git().run(
                                List.of("config", "--get", "remote.origin.url"),
                                Optional.empty(),
                                Map.of());
        if (found.exit() == 1) {
            return Optional.empty();
        }
        git().check(found);
        return Optional.of(USER_INFO.matcher(found.line()).replaceFirst("$1"));
    }

    /** Git for this work tree. */
    HostGit git() {
        return new HostGit(gitDir, root);
    }

    private static OxException notWorktree(Path cwd) {
        return OxException.of(ErrorCode.CWD_NOT_WORKTREE, "%s is not inside a git work tree", cwd);
    }

    private static void requireUnicodeNames() {
        String encoding = System.getProperty("sun.jnu.encoding", "");
        if (!encoding.equalsIgnoreCase("UTF-8")) {
            throw OxException.of(
                            ErrorCode.SOURCE_UNREADABLE,
                            "file names would be lost: Java runs with the name encoding %s",
                            encoding)
                    .suggest("Start it with LC_ALL=C.UTF-8.");
        }
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            throw OxException.of(ErrorCode.SOURCE_UNREADABLE, "%s cannot be resolved", path)
                    .causedBy(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw OxException.of(ErrorCode.SOURCE_UNREADABLE, "%s cannot be read", file)
                    .causedBy(e);
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return root.toString();
    }
}
