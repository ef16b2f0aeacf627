package dev.oxbow.providers.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.providers.local.SeccompProgram.Machine;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs the filter as the kernel would, on an interpreter of its machine language. */
class SeccompProgramTest {
    private static final long ANY = 0;

    private record Call(Machine machine, int number, long first, long second) {}

    /** The verdict of the program on one call. */
    private static int verdict(Machine program, Call call) {
        ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.nativeOrder());
        data.putInt(0, call.number).putInt(4, call.machine.audit);
        data.putLong(16, call.first).putLong(24, call.second);
        ByteBuffer code =
                ByteBuffer.wrap(SeccompProgram.assemble(program)).order(ByteOrder.nativeOrder());
        int accumulator = 0;
        for (int at = 0; at * 8 < code.capacity(); at++) {
            int operation = code.getShort(at * 8);
            int yes = code.get(at * 8 + 2) & 0xff;
            int no = code.get(at * 8 + 3) & 0xff;
            int value = code.getInt(at * 8 + 4);
            switch (operation) {
                case 0x20 -> accumulator = data.getInt(value);
                case 0x15 -> at += accumulator == value ? yes : no;
                case 0x35 -> at += Integer.compareUnsigned(accumulator, value) >= 0 ? yes : no;
                case 0x45 -> at += (accumulator & value) != 0 ? yes : no;
                case 0x06 -> {
                    return value;
                }
                default -> throw new AssertionError("operation " + operation);
            }
        }
        throw new AssertionError("the program runs off its end");
    }

    private static int verdict(Machine machine, SystemCall call, long first, long second) {
        return verdict(machine, new Call(machine, call.number(machine), first, second));
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void refusedCallsAreRefusedWhateverTheyAreGiven(Machine machine) {
        for (SystemCall call : SystemCall.values()) {
            if (call.rule == SystemCall.Rule.REFUSE && call.number(machine) >= 0) {
                assertThat(verdict(machine, call, ANY, ANY))
                        .as(call.name())
                        .isEqualTo(SeccompProgram.EPERM);
                assertThat(verdict(machine, call, -1, -1))
                        .as(call.name())
                        .isEqualTo(SeccompProgram.EPERM);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void forkIsAllowedAndNewNamespacesAreNot(Machine machine) {
        long fork = 0x01200011;
        long thread = 0x003d0f00;
        assertThat(verdict(machine, SystemCall.CLONE, fork, ANY)).isEqualTo(SeccompProgram.ALLOW);
        assertThat(verdict(machine, SystemCall.CLONE, thread, ANY)).isEqualTo(SeccompProgram.ALLOW);
        for (long flag :
                new long[] {
                    0x00020000,
                    0x02000000,
                    0x04000000,
                    0x08000000,
                    0x10000000,
                    0x20000000,
                    0x40000000
                }) {
            assertThat(verdict(machine, SystemCall.CLONE, fork | flag, ANY))
                    .as(Long.toHexString(flag))
                    .isEqualTo(SeccompProgram.EPERM);
        }
        assertThat(verdict(machine, SystemCall.CLONE3, ANY, ANY)).isEqualTo(SeccompProgram.ENOSYS);
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void typingIntoATerminalIsRefusedAlsoWithHighBitsSet(Machine machine) {
        for (long command : new long[] {0x5412, 0x541C, 0x1_0000_5412L, 0xffffffff_00005412L}) {
            assertThat(verdict(machine, SystemCall.IOCTL, 0, command))
                    .as(Long.toHexString(command))
                    .isEqualTo(SeccompProgram.EPERM);
        }
        for (long command : new long[] {0x5401, 0x5413, 0x5414, 0x540f}) {
            assertThat(verdict(machine, SystemCall.IOCTL, 0, command))
                    .isEqualTo(SeccompProgram.ALLOW);
        }
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void onlyFamiliesThatTheNetworkNamespaceHoldsBackAreAllowed(Machine machine) {
        for (long family : new long[] {1, 2, 10, 16}) {
            assertThat(verdict(machine, SystemCall.SOCKET, family, ANY))
                    .isEqualTo(SeccompProgram.ALLOW);
        }
        for (long family : new long[] {0, 17, 31, 38, 40, 44}) {
            assertThat(verdict(machine, SystemCall.SOCKET, family, ANY))
                    .isEqualTo(SeccompProgram.EAFNOSUPPORT);
        }
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void everythingElseIsAllowed(Machine machine) {
        for (int number : new int[] {0, 1, 2, 59, 221, 231, 308, 317, 268, 424, 434, 439}) {
            boolean listed =
                    java.util.Arrays.stream(SystemCall.values())
                            .anyMatch(c -> c.number(machine) == number);
            if (!listed) {
                assertThat(verdict(machine, new Call(machine, number, ANY, ANY)))
                        .as(Integer.toString(number))
                        .isEqualTo(SeccompProgram.ALLOW);
            }
        }
    }

    @Test
    void aForeignArchitectureEndsTheProcess() {
        assertThat(verdict(Machine.X86_64, new Call(Machine.AARCH64, 63, ANY, ANY)))
                .isEqualTo(SeccompProgram.KILL_PROCESS);
        assertThat(verdict(Machine.AARCH64, new Call(Machine.X86_64, 0, ANY, ANY)))
                .isEqualTo(SeccompProgram.KILL_PROCESS);
    }

    @Test
    void theOtherSpellingOfCallsOnX86IsUnknown() {
        assertThat(verdict(Machine.X86_64, new Call(Machine.X86_64, 0x40000000 + 101, ANY, ANY)))
                .isEqualTo(SeccompProgram.ENOSYS);
        assertThat(verdict(Machine.X86_64, new Call(Machine.X86_64, -1, ANY, ANY)))
                .isEqualTo(SeccompProgram.ENOSYS);
    }
}
