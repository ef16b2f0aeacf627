package dev.oxbow.providers.local;

import java.util.ArrayList;
import java.util.List;

/**
 * The words that put a terminal or a relay into the namespaces of a sandbox, to be followed by the
 * command. (Other commands are put there by their supervisor.)
 *
 * @param tools where the programs are
 * @param holder first process of the sandbox
 * @param monitor its parent, in the user namespace between
 * @param root whether the caller is root and can enter at once
 */
record JoinCommand(Tools tools, long holder, long monitor, boolean root) {

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
