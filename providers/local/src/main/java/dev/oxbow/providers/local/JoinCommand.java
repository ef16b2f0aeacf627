package dev.oxbow.providers.local;

import java.util.List;

/**
 * The words that put a relay into the network of a sandbox, to be followed by the command.
 * (Commands of the sandbox are put into it by their supervisor.)
 *
 * @param tools where the programs are
 * @param holder first process of the sandbox
 * @param monitor its parent, in the user namespace between
 */
record JoinCommand(Tools tools, long holder, long monitor) {

    /** Into the sandbox's network only, with the files of the host: for relays. */
    List<String> network() {
        return List.of(
                tools.path("nsenter"),
                "--user=/proc/" + monitor + "/ns/user",
                "--net=/proc/" + holder + "/ns/net",
                "--preserve-credentials",
                "--");
    }
}
