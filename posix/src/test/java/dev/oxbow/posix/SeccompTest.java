package dev.oxbow.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.OxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SeccompTest {
    private static final int LOAD_NUMBER = 0x20;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int RETURN = 0x06;
    private static final int ERRNO_EPERM = 0x00050001;
    private static final int ALLOW = 0x7fff0000;
    private static final int X86_MKDIR = 83;

    /** Refuses the making of directories with EPERM. */
    private static byte[] program() {
        ByteBuffer code = ByteBuffer.allocate(5 * 8).order(ByteOrder.nativeOrder());
        put(code, LOAD_NUMBER, 0, 0, 0);
        put(code, JUMP_IF_EQUAL, 1, 0, (int) Call.MKDIRAT.number);
        put(code, JUMP_IF_EQUAL, 0, 1, Call.Processor.ARM ? -1 : X86_MKDIR);
        put(code, RETURN, 0, 0, ERRNO_EPERM);
        put(code, RETURN, 0, 0, ALLOW);
        return code.array();
    }

    private static void put(ByteBuffer code, int operation, int ifTrue, int ifFalse, int value) {
        code.putShort((short) operation).put((byte) ifTrue).put((byte) ifFalse).putInt(value);
    }

    @Test
    void aChildOfTheThreadIsUnderTheFilterAndOthersAreNot() throws Exception {
        CompletableFuture<String> seen = new CompletableFuture<>();
        Thread.ofPlatform()
                .name("filtered")
                .start(() -> {
                    try {
                        Seccomp.installOnThisThread(program());
                        seen.complete(runChild());
                    } catch (Throwable e) {
                        seen.completeExceptionally(e);
                    }
                });
        assertThat(seen.get().lines().toList())
                .containsSubsequence("NoNewPrivs:\t1", "Seccomp:\t2", "refused");
        assertThat(runChild().lines().toList())
                .containsSubsequence("NoNewPrivs:\t0", "Seccomp:\t0", "made");
    }

    private static String runChild() throws Exception {
        String script =
                "grep -E '^(NoNewPrivs|Seccomp):' /proc/self/status; d=$(mktemp -u); mkdir $d"
                        + " 2>/dev/null && rmdir $d && echo made || echo refused";
        Process child = new ProcessBuilder("sh", "-c", script).redirectErrorStream(true).start();
        return new String(child.getInputStream().readAllBytes(), UTF_8);
    }

    @Test
    void refusesVirtualThreadsAndWhatIsNoProgram() throws Exception {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread.ofVirtual()
                .name("virtual")
                .start(() -> {
                    try {
                        Seccomp.installOnThisThread(program());
                    } catch (Throwable e) {
                        thrown.complete(e);
                    }
                });
        assertThat(thrown.get()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Seccomp.installOnThisThread(new byte[7]))
                .isInstanceOf(OxException.class);
        assertThatThrownBy(() -> Seccomp.installOnThisThread(new byte[0]))
                .isInstanceOf(OxException.class);
    }
}
