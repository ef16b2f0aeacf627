package dev.oxbow.providers.local;

/** System calls that are refused or looked at, by number on each machine; -1 where it has none. */
enum SystemCall {
    // New namespaces: the way to capabilities that most kernel holes need.
    UNSHARE(272, 97),
    CLONE(56, 220, Rule.NO_NAMESPACES),
    CLONE3(435, 435, Rule.ABSENT),
    // The tree of mounts.
    MOUNT(165, 40),
    UMOUNT2(166, 39),
    PIVOT_ROOT(155, 41),
    CHROOT(161, 51),
    OPEN_TREE(428, 428),
    MOVE_MOUNT(429, 429),
    FSOPEN(430, 430),
    FSCONFIG(431, 431),
    FSMOUNT(432, 432),
    FSPICK(433, 433),
    MOUNT_SETATTR(442, 442),
    // Other processes' memory and files.
    PTRACE(101, 117),
    PROCESS_VM_READV(310, 270),
    PROCESS_VM_WRITEV(311, 271),
    KCMP(312, 272),
    PIDFD_GETFD(438, 438),
    // Keyrings are not namespaced.
    ADD_KEY(248, 217),
    REQUEST_KEY(249, 218),
    KEYCTL(250, 219),
    // Large and young parts of the kernel.
    BPF(321, 280),
    PERF_EVENT_OPEN(298, 241),
    USERFAULTFD(323, 282),
    IO_URING_SETUP(425, 425),
    IO_URING_ENTER(426, 426),
    IO_URING_REGISTER(427, 427),
    FANOTIFY_INIT(300, 262),
    // Files by handle, past all paths.
    NAME_TO_HANDLE_AT(303, 264),
    OPEN_BY_HANDLE_AT(304, 265),
    // The machine itself.
    KEXEC_LOAD(246, 104),
    KEXEC_FILE_LOAD(320, 294),
    INIT_MODULE(175, 105),
    FINIT_MODULE(313, 273),
    DELETE_MODULE(176, 106),
    REBOOT(169, 142),
    SWAPON(167, 224),
    SWAPOFF(168, 225),
    QUOTACTL(179, 60),
    QUOTACTL_FD(443, 443),
    ACCT(163, 89),
    SETTIMEOFDAY(164, 170),
    CLOCK_SETTIME(227, 112),
    ADJTIMEX(159, 171),
    CLOCK_ADJTIME(305, 266),
    SYSLOG(103, 116),
    SETHOSTNAME(170, 161),
    SETDOMAINNAME(171, 162),
    VHANGUP(153, 58),
    IOPL(172, -1),
    IOPERM(173, -1),
    MODIFY_LDT(154, -1),
    NFSSERVCTL(180, 42),
    LOOKUP_DCOOKIE(212, 18),
    // Looked at.
    IOCTL(16, 29, Rule.NO_INJECTION),
    SOCKET(41, 198, Rule.KNOWN_FAMILIES);

    /** What becomes of the call. */
    enum Rule {
        /** Refused. */
        REFUSE,
        /** As if the kernel did not know it. */
        ABSENT,
        /** Refused if it asks for a new namespace. */
        NO_NAMESPACES,
        /** Refused if it would type into a terminal. */
        NO_INJECTION,
        /** Refused but for the families that the network namespace holds back. */
        KNOWN_FAMILIES
    }

    private final int x86;
    private final int arm;
    final Rule rule;

    SystemCall(int x86, int arm) {
        this(x86, arm, Rule.REFUSE);
    }

    SystemCall(int x86, int arm, Rule rule) {
        this.x86 = x86;
        this.arm = arm;
        this.rule = rule;
    }

    int number(SeccompProgram.Machine machine) {
        return switch (machine) {
            case X86_64 -> x86;
            case AARCH64 -> arm;
        };
    }
}
