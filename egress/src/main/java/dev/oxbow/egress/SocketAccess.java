package dev.oxbow.egress;

import java.util.OptionalInt;

/**
 * Who may connect to a proxy's Unix socket: its owner alone (mode 0600).
 *
 * @param owner the owner's numeric user id; empty for the user of this process. Only root can give
 *     a socket away, and the directory must let that user pass.
 */
public record SocketAccess(OptionalInt owner) {
    /** The user of this process. */
    public static final SocketAccess SELF = new SocketAccess(OptionalInt.empty());

    /** That user. */
    public static SocketAccess of(int userId) {
        return new SocketAccess(OptionalInt.of(userId));
    }
}
