package dev.oxbow.workspace;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.Sandbox;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Brings commits that were made in one repository of a sandbox to {@code
 * refs/oxbow/<sandbox>/<branch>} of the host. They travel as a bundle, are checked object by
 * object, and touch nothing else.
 */
final class AgentCommits {
    private static final Pattern REF = Pattern.compile("([0-9a-f]{40}|[0-9a-f]{64}) (\\S+)");
    private static final int MOST_BRANCHES = 200;
    private static final int HEADER_LIMIT = 1 << 20;

    private final Sandbox sandbox;
    private final FileTree workspace;
    private final TreePath head;
    private final TreePath bundle;
    private final HostGit host;
    private final SandboxGit inside;
    private final SyncLimits limits;

    /**
     * One repository and its like on the host.
     *
     * @param at its directory in the workspace
     * @param host git for the repository that takes the commits
     */
    AgentCommits(
            Sandbox sandbox, FileTree workspace, TreePath at, HostGit host, SyncLimits limits) {
        this.sandbox = sandbox;
        this.workspace = workspace;
        this.head = at.resolve(".git/HEAD");
        this.bundle = at.resolve(".git/oxbow-out.bundle");
        this.host = host;
        this.inside = new SandboxGit(sandbox, at);
        this.limits = limits;
    }

    /**
     * Brings what is new since a commit; none if the sandbox has no repository any more.
     *
     * @param given the commit that the sandbox's repository was set to
     */
    List<Harvest.AgentCommits> bring(Optional<String> given) {
        if (workspace.stat(head).isEmpty()) {
            return List.of();
        }
        Map<String, String> tips = tips();
        tips.values().removeIf(commit -> Optional.of(commit).equals(given));
        Map<String, Integer> counts = new TreeMap<>();
        for (Map.Entry<String, String> tip : List.copyOf(tips.entrySet())) {
            int count = count(tip.getValue(), given);
            if (count == 0) {
                tips.remove(tip.getKey());
            } else {
                counts.put(tip.getKey(), count);
            }
        }
        if (tips.isEmpty()) {
            return List.of();
        }
        fetch(tips, given);
        List<Harvest.AgentCommits> brought = new ArrayList<>();
        tips.forEach((name, commit) ->
                brought.add(
                        new Harvest.AgentCommits(
                                point(name, commit), commit, counts.getOrDefault(name, 0))));
        return brought;
    }

    /** The commit that is checked out; empty if there is none or it is damaged. */
    Optional<String> checkedOut() {
        SandboxGit.Output found =
                inside.run(new byte[0], "rev-parse", "-q", "--verify", "HEAD^{commit}");
        return Optional.of(found.text().strip()).filter(_ -> found.exit() == 0);
    }

    /** Branch name, or {@code HEAD} where it is detached, to commit. */
    private Map<String, String> tips() {
        Map<String, String> tips = new TreeMap<>();
        String listed =
                ask("for-each-ref", "--format=%(objectname) %(refname)", "refs/heads").text();
        for (String line : listed.lines().toList()) {
            Matcher ref = REF.matcher(line);
            if (ref.matches() && ref.group(2).startsWith("refs/heads/")) {
                tips.put(ref.group(2).substring("refs/heads/".length()), ref.group(1));
            }
        }
        if (tips.size() > MOST_BRANCHES) {
            throw OxException.of(
                    ErrorCode.SYNC_LIMIT_EXCEEDED,
                    "the sandbox has %d branches, limit %d: delete some there",
                    tips.size(),
                    MOST_BRANCHES);
        }
        String at = small(head).strip();
        if (at.matches("[0-9a-f]{40}|[0-9a-f]{64}") && !tips.containsKey("HEAD")) {
            tips.put("HEAD", at);
        }
        return tips;
    }

    private int count(String commit, Optional<String> given) {
        List<String> args = new ArrayList<>(List.of("rev-list", "--count", commit));
        given.ifPresent(g -> args.add("^" + g));
        return Integer.parseInt(ask(args.toArray(String[]::new)).text().strip());
    }

    private void fetch(Map<String, String> tips, Optional<String> given) {
        StringBuilder wanted = new StringBuilder();
        tips.keySet()
                .forEach(name ->
                        wanted.append(name.equals("HEAD") ? "HEAD" : "refs/heads/" + name)
                                .append('\n'));
        given.ifPresent(commit -> wanted.append('^').append(commit).append('\n'));
        byte[] stdin = wanted.toString().getBytes(StandardCharsets.UTF_8);
        SandboxGit.Output made =
                inside.run(stdin, "bundle", "create", "-q", ".git/oxbow-out.bundle", "--stdin");
        if (made.exit() != 0) {
            throw unreadable(made);
        }
        try (InputStream in = workspace.read(bundle)) {
            header(in);
            HostGit.Output output =
                    host.run(
                            List.of("index-pack", "--stdin", "--fix-thin", "--strict"),
                            Optional.of(stdinOfGit -> bounded(in, stdinOfGit)),
                            Map.of());
            if (output.exit() != 0) {
                throw OxException.of(
                        ErrorCode.SYNC_UNREADABLE,
                        "the agent's commits are broken and were not taken: %s",
                        output.stderr().strip().replace('\n', ' '));
            }
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.TRANSFER_INTERRUPTED, "the agent's commits were cut: %s", e)
                    .causedBy(e);
        } finally {
            workspace.remove(bundle);
        }
        List<String> check = new ArrayList<>(List.of("rev-list", "--objects", "--quiet"));
        check.addAll(tips.values());
        check.add("--not");
        check.add("--branches");
        given.ifPresent(check::add);
        HostGit.Output whole = host.run(check, Optional.empty(), Map.of());
        if (whole.exit() != 0) {
            throw OxException.of(
                    ErrorCode.SYNC_UNREADABLE,
                    "the agent's commits are incomplete and were not taken: %s",
                    whole.stderr().strip().replace('\n', ' '));
        }
    }

    private void bounded(InputStream in, java.io.OutputStream out) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long total = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            total += n;
            if (total > limits.total().bytes()) {
                throw new IOException("they are above the limit of " + limits.total());
            }
            out.write(buffer, 0, n);
        }
    }

    /** Reads up to where the pack begins; what it says is known from the refs already. */
    private static void header(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int total = 0;
        boolean first = true;
        while (total++ < HEADER_LIMIT) {
            int c = in.read();
            if (c < 0) {
                break;
            }
            if (c != '\n') {
                line.write(c);
                continue;
            }
            String text = line.toString(StandardCharsets.UTF_8);
            if (first && !text.startsWith("# v")) {
                break;
            }
            if (text.isEmpty()) {
                return;
            }
            first = false;
            line.reset();
        }
        throw new IOException("not a bundle");
    }

    /** Points the host's ref of a branch at a commit; what it leaves behind keeps a ref too. */
    private String point(String name, String commit) {
        String ref = "refs/oxbow/" + sandbox.id() + "/" + name;
        HostGit.Output old =
                host.run(List.of("rev-parse", "-q", "--verify", ref), Optional.empty(), Map.of());
        if (old.exit() == 0 && !old.line().equals(commit)) {
            HostGit.Output ancestor =
                    host.run(
                            List.of("merge-base", "--is-ancestor", old.line(), commit),
                            Optional.empty(),
                            Map.of());
            if (ancestor.exit() != 0) {
                host.ask("update-ref", ref + ".was-" + old.line().substring(0, 12), old.line());
            }
        }
        HostGit.Output set =
                host.run(List.of("update-ref", ref, commit), Optional.empty(), Map.of());
        if (set.exit() == 0) {
            return ref;
        }
        // A branch a and a branch a/b cannot both have a ref; the newer one gets another name.
        String other =
                "refs/oxbow/"
                        + sandbox.id()
                        + "/"
                        + name.replace('/', '-')
                        + ".at-"
                        + commit.substring(0, 12);
        host.ask("update-ref", other, commit);
        return other;
    }

    private String small(TreePath path) {
        try (InputStream in = workspace.read(path)) {
            return new String(in.readNBytes(4096), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw OxException.of(ErrorCode.SYNC_UNREADABLE, "cannot read %s", path).causedBy(e);
        }
    }

    private SandboxGit.Output ask(String... args) {
        SandboxGit.Output output = inside.run(new byte[0], args);
        if (output.exit() != 0) {
            throw unreadable(output);
        }
        return output;
    }

    private OxException unreadable(SandboxGit.Output output) {
        return OxException.of(
                        ErrorCode.SYNC_UNREADABLE,
                        "No files were pulled back (git in the sandbox ended with code %d: %s);"
                                + " recover with --pull %s",
                        output.exit(),
                        output.stderr(),
                        sandbox.id())
                .with("sandboxId", sandbox.id().value())
                .suggest("The sandbox is kept: look into it with ox shell, then try again.");
    }
}
