package dev.oxbow.posix;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;

/**
 * Who a file belongs to.
 *
 * @param uid number of the user
 * @param gid number of the group
 */
public record Owner(int uid, int gid) {
    /** Refuses negative numbers, which would mean "leave as it is" to the kernel. */
    public Owner {
        if (uid < 0 || gid < 0) {
            throw OxException.of(
                    ErrorCode.INVALID_ARGUMENT, "not an owner: uid %d, gid %d", uid, gid);
        }
    }
}
