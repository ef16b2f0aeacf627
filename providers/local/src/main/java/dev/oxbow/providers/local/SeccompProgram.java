package dev.oxbow.providers.local;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The filter that every process of a sandbox runs under, as the kernel's classic BPF: what cannot
 * be needed by a build or an agent and has a history of breaking walls is refused.
 *
 * <p>Refusal is {@code EPERM}, so that programs fail as they would without the privilege; {@code
 * clone3} and whatever is newer than this list are {@code ENOSYS}, so that libc falls back to what
 * it used before, such as {@code clone}, whose flags can be seen; a foreign architecture ends the
 * process. {@code setns} stays allowed: joining needs it, and inside nobody has the capability for
 * it.
 */
final class SeccompProgram {
    /** A processor, with the number it has in {@code seccomp_data.arch}. */
    enum Machine {
        X86_64(0xC000003E),
        AARCH64(0xC00000B7);

        final int audit;

        Machine(int audit) {
            this.audit = audit;
        }

        /** The processor of this Java. */
        static Machine current() {
            return System.getProperty("os.arch", "").equals("aarch64") ? AARCH64 : X86_64;
        }
    }

    static final int ALLOW = 0x7FFF0000;
    static final int KILL_PROCESS = 0x80000000;
    static final int EPERM = 0x00050000 | 1;
    static final int ENOSYS = 0x00050000 | 38;
    static final int EAFNOSUPPORT = 0x00050000 | 97;

    private static final int NR = 0;
    private static final int ARCH = 4;
    private static final int ARG0 = 16;
    private static final int ARG1 = 24;

    private static final int LD = 0x20;
    private static final int JEQ = 0x15;
    private static final int JGE = 0x35;
    private static final int JSET = 0x45;
    private static final int RET = 0x06;

    /**
     * NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET; NEWTIME shares bits of CSIGNAL.
     */
    static final int NAMESPACE_FLAGS = 0x7E020000;

    private static final int TIOCSTI = 0x5412;
    private static final int TIOCLINUX = 0x541C;
    private static final int TIOCSETD = 0x5423;

    /**
     * The newest call that was looked at, the same number on all machines: removexattrat, of Linux
     * 6.13. What the kernel will learn later is refused until somebody has.
     */
    static final int NEWEST = 466;

    /** UNIX, INET, INET6, NETLINK; the others, such as VSOCK, do not respect network namespaces. */
    private static final int[] SOCKET_FAMILIES = {1, 2, 10, 16};

    private record Instruction(int code, int yes, int no, int value) {}

    private final List<Instruction> code = new ArrayList<>();

    private SeccompProgram() {}

    /** The program for a machine, in the layout of {@code struct sock_filter}. */
    static byte[] assemble(Machine machine) {
        SeccompProgram p = new SeccompProgram();
        p.add(LD, ARCH);
        p.jump(JEQ, machine.audit, 1, 0);
        p.add(RET, KILL_PROCESS);
        p.add(LD, NR);
        // Also the compatible 32-bit-pointer variant of x86-64, which begins at 0x40000000.
        p.returnIf(JGE, NEWEST + 1, ENOSYS);
        for (SystemCall call : SystemCall.values()) {
            int number = call.number(machine);
            if (number < 0) {
                continue;
            }
            switch (call.rule) {
                case REFUSE -> p.returnIf(JEQ, number, EPERM);
                case ABSENT -> p.returnIf(JEQ, number, ENOSYS);
                case NO_NAMESPACES -> p.forkRule(number);
                case NO_INJECTION -> p.ioctlRule(number);
                case KNOWN_FAMILIES -> p.socketRule(number);
            }
        }
        p.add(RET, ALLOW);
        return p.bytes();
    }

    private void forkRule(int number) {
        jump(JEQ, number, 0, 4);
        add(LD, ARG0);
        jump(JSET, NAMESPACE_FLAGS, 0, 1);
        add(RET, EPERM);
        add(RET, ALLOW);
    }

    private void ioctlRule(int number) {
        jump(JEQ, number, 0, 6);
        add(LD, ARG1);
        jump(JEQ, TIOCSTI, 2, 0);
        jump(JEQ, TIOCLINUX, 1, 0);
        // Loads line disciplines, modules that nobody else uses.
        jump(JEQ, TIOCSETD, 0, 1);
        add(RET, EPERM);
        add(RET, ALLOW);
    }

    private void socketRule(int number) {
        int n = SOCKET_FAMILIES.length;
        jump(JEQ, number, 0, n + 3);
        add(LD, ARG0);
        for (int i = 0; i < n; i++) {
            jump(JEQ, SOCKET_FAMILIES[i], n - i, 0);
        }
        add(RET, EAFNOSUPPORT);
        add(RET, ALLOW);
    }

    private void returnIf(int test, int value, int result) {
        jump(test, value, 0, 1);
        add(RET, result);
    }

    private void add(int operation, int value) {
        code.add(new Instruction(operation, 0, 0, value));
    }

    private void jump(int test, int value, int yes, int no) {
        code.add(new Instruction(test, yes, no, value));
    }

    private byte[] bytes() {
        ByteBuffer out = ByteBuffer.allocate(code.size() * 8).order(ByteOrder.nativeOrder());
        for (Instruction i : code) {
            out.putShort((short) i.code).put((byte) i.yes).put((byte) i.no).putInt(i.value);
        }
        return out.array();
    }
}
