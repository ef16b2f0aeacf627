package dev.oxbow.providers.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.OutputFrame;
import dev.oxbow.sandbox.OutputReader;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.sandbox.TerminalSize;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ways out of a sandbox that were tried by hand, one line each; what works says BROKEN. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AttacksIT {
    private static final Deadline LONG = Deadline.in(Duration.ofMinutes(5));

    private final LocalWorld world = new LocalWorld();
    private LocalProvider provider = world.open();
    private Sandbox sandbox = provider.create(SandboxSpec.of(SandboxId.next()));

    @BeforeAll
    void needTheTools() {
        Needs.theTools();
    }

    @AfterAll
    void close() {
        provider.list(Labels.NONE).forEach(s -> provider.destroy(s.id()));
        provider.close();
        world.close();
    }

    private String run(ProcessSpec spec) throws InterruptedException {
        StringBuilder out = new StringBuilder();
        try (OutputReader reader = sandbox.exec(spec).read(Cursor.START)) {
            while (reader.next(LONG).orElseThrow() instanceof OutputFrame.Data d) {
                out.append(new String(d.bytes(), StandardCharsets.UTF_8));
            }
        }
        return out.toString();
    }

    private String sh(String script) throws InterruptedException {
        return run(ProcessSpec.of("/bin/bash", "-c", script));
    }

    private String python(String program) throws InterruptedException {
        return run(ProcessSpec.of("python3", "-c", program));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    a device of the sandbox replaced      | ln -sf /etc/passwd /dev/ptmx
                    the terminals moved away              | mv /dev/pts /tmp/
                    more shared memory than there is room | fallocate -l 2G /dev/shm/much
                    the configuration linked              | ln /etc/passwd /tmp/passwd
                    the name of the machine               | echo x >/proc/sys/kernel/hostname
                    a setting of its own network          | echo 1 >/proc/sys/net/ipv4/ip_forward
                    the limit on namespaces               | echo 9 >/proc/sys/user/max_user_namespaces
                    the next process number               | echo 9 >/proc/sys/kernel/ns_last_pid
                    another user map                      | echo 0 0 1 >/proc/self/uid_map
                    another group of processes            | echo 1 >/proc/1/cgroup
                    less reason to be killed for memory   | echo -500 >/proc/self/oom_score_adj
                    the root of the first process         | ls /proc/1/root/root
                    the root above the root               | ls /proc/1/root/../../old_root
                    a network device                      | ip link add v0 type veth
                    a route                               | ip route add default dev lo
                    a new mount                           | mount -t tmpfs none /tmp
                    """)
    void isRefused(String what, String script) throws InterruptedException {
        assertThat(sh("if { " + script + "; } >/dev/null 2>&1; then echo BROKEN; fi"))
                .as(what)
                .isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    fsopen             | 430, b"tmpfs", 0             | EPERM
                    open_tree          | 428, -100, b"/", 1           | EPERM
                    move_mount         | 429, -1, b"", -1, b"", 4     | EPERM
                    open_tree_attr     | 467, -100, b"/", 1, 0, 0     | ENOSYS
                    a call of tomorrow | 700, 0, 0, 0                 | ENOSYS
                    personality on x32 | 0x40000000 + 135, 0          | ENOSYS
                    clone3             | 435, 0, 0                    | ENOSYS
                    io_uring_setup     | 425, 8, 0                    | EPERM
                    pidfd_getfd        | 438, 0, 0, 0                 | EPERM
                    a line discipline  | IOCTL, 0, 0x5423, 0          | EPERM
                    typing             | IOCTL, 0, 0x5412, b"x"       | EPERM
                    typing, long       | IOCTL, 0, 0x100005412, b"x"  | EPERM
                    selecting          | IOCTL, 0, 0x541c, b"x"       | EPERM
                    """)
    void systemCallIsRefused(String what, String call, String error) throws InterruptedException {
        assertThat(
                        python(
                                """
                                import ctypes, errno, platform
                                IOCTL = 29 if platform.machine() == 'aarch64' else 16
                                c = ctypes.CDLL(None, use_errno=True)
                                args = [ctypes.c_long(a) if isinstance(a, int) else a for a in (%s)]
                                print(c.syscall(*args), errno.errorcode[ctypes.get_errno()])
                                """
                                        .formatted(call)))
                .as(what)
                .isEqualTo("-1 " + error + "\n");
    }

    /** By the gate for 32-bit programs, calls have other numbers; nobody who uses it lives on. */
    @Test
    void theGateOf32BitProgramsIsClosed() throws InterruptedException {
        String getpid = "b8 14 00 00 00 cd 80 c3";
        assertThat(
                        python(
                                """
                                import ctypes, mmap, os, platform, signal
                                if platform.machine() != 'x86_64':
                                    print('31'); raise SystemExit
                                pid = os.fork()
                                if pid == 0:
                                    m = mmap.mmap(-1, 4096, prot=7)
                                    m.write(bytes.fromhex('%s'))
                                    at = ctypes.addressof(ctypes.c_char.from_buffer(m))
                                    ctypes.CFUNCTYPE(ctypes.c_int)(at)()
                                    os._exit(0)
                                print(os.waitpid(pid, 0)[1] & 0x7f)
                                """
                                        .formatted(getpid)))
                .isEqualTo("31\n");
    }

    @Test
    void aProgramOnlyInMemoryStandsWithinTheSameWalls() throws InterruptedException {
        assertThat(
                        python(
                                """
                                import os
                                fd = os.memfd_create('m')
                                os.write(fd, open('/usr/bin/grep', 'rb').read())
                                args = ['grep', '-E', '^(CapEff|NoNewPrivs|Seccomp):']
                                os.execve(fd, args + ['/proc/self/status'], {})
                                """))
                .containsPattern("CapEff:\\s0+\n")
                .containsPattern("NoNewPrivs:\\s1\n")
                .containsPattern("Seccomp:\\s2\n");
    }

    @Test
    void nothingOfTheHostIsLeftOpenInAnyKindOfCommand() throws Exception {
        ProcessSpec look = ProcessSpec.of("/bin/bash", "-c", "cd /proc/$$/fd; echo *");
        byte[] some = "some".getBytes(StandardCharsets.UTF_8);
        assertThat(run(look)).isEqualTo("0 1 2 3\n");
        assertThat(run(again(look).withStdin(new ProcessSpec.Stdin.Bytes(some))))
                .isEqualTo("0 1 2 3\n");
        assertThat(run(again(look).withStdin(new ProcessSpec.Stdin.Pipe()))).isEqualTo("0 1 2 3\n");
        assertThat(onTerminal(again(look))).isEqualTo("0 1 2 3\r\n");
        ProcessRef holder =
                StoredSandbox.read(SandboxFolder.of(world.data(), sandbox.id()).record())
                        .flatMap(StoredSandbox::holder)
                        .orElseThrow();
        // The shell of the holder keeps nothing but where its words would go: nowhere.
        try (var open = Files.list(Path.of("/proc/" + holder.pid() + "/fd"))) {
            assertThat(open.map(fd -> fd.getFileName().toString()).sorted().toList())
                    .containsExactly("0", "1", "2");
        }
    }

    @Test
    void noCrashHandlerOfTheHostIsStarted() throws Exception {
        ProcessSpec look = ProcessSpec.of("grep", "^Max core", "/proc/self/limits");
        assertThat(run(look)).containsPattern("size +[01] +[01] +bytes");
        assertThat(onTerminal(again(look))).containsPattern("size +[01] +[01] +bytes");
    }

    @Test
    void variablesThatLoadersObeyAreObeyedOnlyInside(@TempDir Path host) throws Exception {
        Files.setPosixFilePermissions(host, PosixFilePermissions.fromString("rwxrwxrwx"));
        Map<String, String> env = new HashMap<>(ProcessSpec.of("true").env());
        env.put("LD_DEBUG", "libs");
        env.put("LD_DEBUG_OUTPUT", host.resolve("trace").toString());
        env.put("UID", "77");
        env.put("OPTIND", "x");
        ProcessSpec look = ProcessSpec.of("/usr/bin/env").withEnv(env);
        for (String seen : new String[] {run(look), onTerminal(again(look))}) {
            assertThat(seen).contains("LD_DEBUG=libs", "UID=77", "OPTIND=x");
        }
        try (var files = Files.list(host)) {
            assertThat(files).as("written outside").isEmpty();
        }
    }

    @Test
    void manyConnectionsMakeNoMoreProcessesOutsideThanAreAllowed(@TempDir Path host)
            throws Exception {
        try (var server =
                java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            Path socket = host.resolve("s");
            server.bind(java.net.UnixDomainSocketAddress.of(socket), 1024);
            try (var relay = sandbox.openRelay(4321, socket)) {
                python(
                        """
                        import socket
                        open = []
                        for i in range(700):
                            s = socket.create_connection(('127.0.0.1', %d)); open.append(s)
                        """
                                .formatted(relay.port()));
                long relays =
                        ProcessTable.all().stream()
                                .filter(pid ->
                                        ProcessTable.read(pid + "/cmdline")
                                                .filter(c -> c.contains("UNIX-CONNECT:" + socket))
                                                .isPresent())
                                .count();
                assertThat(relays).isLessThanOrEqualTo(513);
            }
        }
    }

    private static ProcessSpec again(ProcessSpec spec) {
        return new ProcessSpec(
                dev.oxbow.base.ProcessId.next(),
                spec.argv(),
                spec.cwd(),
                spec.env(),
                spec.stdin(),
                spec.deadline());
    }

    private String onTerminal(ProcessSpec spec) throws InterruptedException {
        return Shown.toTheEnd(sandbox.openTerminal(spec, new TerminalSize(80, 24)));
    }
}
