package dev.oxbow.posix;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.util.Locale;

/** System calls by their number on the two processors that Oxbow runs on. */
enum Call {
    READ(0, 63),
    WRITE(1, 64),
    CLOSE(3, 57),
    IOCTL(16, 29),
    KILL(62, 129),
    FLOCK(73, 32),
    FSYNC(74, 82),
    FTRUNCATE(77, 46),
    FCHMOD(91, 52),
    GETEUID(107, 175),
    GETEGID(108, 177),
    SETGROUPS(116, 159),
    FSTATFS(138, 44),
    GETDENTS64(217, 61),
    EXIT_GROUP(231, 94),
    INOTIFY_ADD_WATCH(254, 27),
    INOTIFY_RM_WATCH(255, 28),
    OPENAT(257, 56),
    MKDIRAT(258, 34),
    MKNODAT(259, 33),
    FCHOWNAT(260, 54),
    UNLINKAT(263, 35),
    SYMLINKAT(266, 36),
    READLINKAT(267, 78),
    FCHMODAT(268, 53),
    UTIMENSAT(280, 88),
    PPOLL(271, 73),
    FALLOCATE(285, 47),
    EVENTFD2(290, 19),
    INOTIFY_INIT1(294, 26),
    PRLIMIT64(302, 261),
    RENAMEAT2(316, 276),
    MEMFD_CREATE(319, 279),
    STATX(332, 291),
    OPENAT2(437, 437),
    FCHMODAT2(452, 452);

    final long number;

    Call(int x86, int arm) {
        this.number = Processor.ARM ? arm : x86;
    }

    /** The processor, which also decides the value of some open flags. */
    static final class Processor {
        static final boolean ARM = isArm();

        private Processor() {}

        private static boolean isArm() {
            String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
            String arch = System.getProperty("os.arch", "");
            boolean arm = arch.equals("aarch64") || arch.equals("arm64");
            if (os.equals("linux") && (arm || arch.equals("amd64") || arch.equals("x86_64"))) {
                return arm;
            }
            throw OxException.of(
                            ErrorCode.ISOLATION_UNAVAILABLE, "%s on %s is not supported", os, arch)
                    .suggest("Run it on Linux, x86-64 or aarch64.");
        }
    }
}
