package dev.oxbow.posix;

import java.nio.charset.StandardCharsets;

/** Sets permission bits through a descriptor of any kind, {@code O_PATH} included. */
final class Mode {
    private Mode() {}

    static long set(Scratch scratch, long fd, int mode) {
        long result =
                scratch.call(
                        Call.FCHMODAT2, fd, scratch.path(new byte[0]), mode, Kernel.AT_EMPTY_PATH);
        if (!Errno.ENOSYS.is(result) && !Errno.EPERM.is(result)) {
            return result;
        }
        // Before Linux 6.6 only this name of the descriptor leads to the file.
        byte[] name = ("/proc/self/fd/" + fd).getBytes(StandardCharsets.US_ASCII);
        return scratch.call(Call.FCHMODAT, Kernel.AT_FDCWD, scratch.path(name), mode);
    }
}
