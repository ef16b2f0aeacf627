package dev.oxbow.providers.local;

import java.util.ArrayList;
import java.util.List;

/**
 * The words that put a command into the namespaces of a sandbox, to be followed by the command.
 *
 * @param tools where the programs are
 * @param holder first process of the sandbox
 * @param monitor its parent, in the user namespace between
 * @param root whether the caller is root and can enter at once
 */
record JoinCommand(Tools tools, long holder, long monitor, boolean root) {

    /** For a command: {@link #into}, and there a session of its own. */
    List<String> command(String cwd) {
        List<String> words = new ArrayList<>(into(cwd));
        if (!root) {
            // Signals to one's own process group do not stop at a namespace: without this, those
            // that are inside and those that watch over them outside would be one group.
            words.addAll(List.of(tools.path("setsid"), "--"));
        }
        return words;
    }

    /** Into all namespaces, as the sandbox's user, in a directory as seen inside. */
    List<String> into(String cwd) {
        List<String> words = new ArrayList<>();
        if (!root) {
            // The owner of the outer user namespace has all rights in it, and so over the inner.
            words.addAll(outer());
        }
        words.addAll(
                List.of(
                        tools.path("nsenter"),
                        "--target=" + holder,
                        "--user",
                        "--mount",
                        "--pid",
                        "--net",
                        "--ipc",
                        "--uts",
                        "--cgroup",
                        "--preserve-credentials"));
        if (root) {
            words.add("--setuid=" + BubblewrapCommand.INNER_ID);
            words.add("--setgid=" + BubblewrapCommand.INNER_ID);
        }
        words.add("--wdns=" + cwd);
        words.add("--");
        return words;
    }

    /** Into the sandbox's network only, with the files of the host: for relays. */
    List<String> network() {
        return List.of(
                tools.path("nsenter"),
                "--user=/proc/" + monitor + "/ns/user",
                "--net=/proc/" + holder + "/ns/net",
                "--preserve-credentials",
                "--");
    }

    private List<String> outer() {
        return List.of(
                tools.path("nsenter"),
                "--user=/proc/" + monitor + "/ns/user",
                "--preserve-credentials",
                "--");
    }
}
