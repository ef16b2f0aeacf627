package dev.oxbow.providers.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.ByteSize;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.Posix;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.Enforcement;
import dev.oxbow.sandbox.Limits;
import dev.oxbow.sandbox.OutputFrame;
import dev.oxbow.sandbox.OutputReader;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tries to climb each wall from inside. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WallsIT {
    private static final Deadline LONG = Deadline.in(Duration.ofMinutes(10));

    private final LocalWorld world = new LocalWorld();
    private LocalProvider provider = world.open();
    private Sandbox sandbox = provider.create(SandboxSpec.of(SandboxId.next()));

    private record Ran(String out, ProcessExit exit) {}

    @BeforeAll
    void needTheTools() {
        Needs.theTools();
    }

    @AfterAll
    void close() {
        provider.list(dev.oxbow.sandbox.Labels.NONE).forEach(s -> provider.destroy(s.id()));
        provider.close();
        world.close();
    }

    private static Ran run(Sandbox in, String script) throws InterruptedException {
        return collect(in.exec(ProcessSpec.of("/bin/sh", "-c", script)));
    }

    private static Ran collect(SandboxProcess process) throws InterruptedException {
        StringBuilder out = new StringBuilder();
        try (OutputReader reader = process.read(Cursor.START)) {
            while (true) {
                switch (reader.next(LONG).orElseThrow()) {
                    case OutputFrame.Data d ->
                            out.append(new String(d.bytes(), StandardCharsets.UTF_8));
                    case OutputFrame.Gap g -> out.append(g);
                    case OutputFrame.Exit e -> {
                        return new Ran(out.toString(), e.exit());
                    }
                }
            }
        }
    }

    private String sh(String script) throws InterruptedException {
        return run(sandbox, script).out().strip();
    }

    private Sandbox limited(Limits limits) {
        return provider.create(SandboxSpec.of(SandboxId.next()).withLimits(limits));
    }

    private Enforcement enforced(Sandbox in, String name) {
        return in.record().enforced().stream()
                .filter(e -> e.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/usr", "/usr/bin", "/etc", "/etc/ssl", "/", "/opt", "/proc/sys/kernel"})
    void filesOfTheHostCannotBeChanged(String folder) throws InterruptedException {
        assertThat(sh("touch " + folder + "/x 2>&1 && echo WRITTEN")).doesNotContain("WRITTEN");
        assertThat(sh("chmod 777 " + folder + " 2>&1 && echo CHANGED")).doesNotContain("CHANGED");
    }

    @Test
    void aProgramOfTheHostCannotBeReplaced() throws InterruptedException {
        assertThat(sh("echo x 2>/dev/null >/usr/bin/env || echo refused")).contains("refused");
        assertThat(sh("mv /usr/bin/env /usr/bin/env2 2>&1 && echo MOVED")).doesNotContain("MOVED");
    }

    @Test
    void homesAndTheRestOfTheHostAreOutOfSight() throws InterruptedException {
        assertThat(sh("ls /home")).isEqualTo("agent");
        Sandbox fresh = provider.create(SandboxSpec.of(SandboxId.next()));
        assertThat(run(fresh, "ls -A /run /tmp /home/agent /workspace | grep -v :").out())
                .as("nothing but empty folders")
                .isEqualToIgnoringWhitespace("");
        for (String path :
                List.of(
                        "/root",
                        "/srv",
                        "/mnt",
                        "/media",
                        "/boot",
                        "/sys",
                        "/lost+found",
                        "/work",
                        world.data().toString(),
                        System.getProperty("user.home"))) {
            assertThat(sh("ls -d " + path + " 2>/dev/null")).as(path).isEmpty();
        }
        assertThat(sh("ls /var")).isEqualToIgnoringWhitespace("run tmp");
    }

    @Test
    void credentialsOfTheHostAreOutOfSight() throws InterruptedException {
        for (String path :
                List.of(
                        "/etc/shadow",
                        "/etc/gshadow",
                        "/etc/sudoers",
                        "/etc/ssh",
                        "/etc/kubernetes",
                        "/etc/docker",
                        "/etc/environment",
                        "/etc/npmrc",
                        "/etc/pip.conf",
                        "/etc/gitconfig",
                        "/etc/machine-id",
                        "/etc/fstab",
                        "/etc/krb5.keytab")) {
            assertThat(sh("ls -d " + path + " 2>/dev/null")).as(path).isEmpty();
        }
        assertThat(sh("ls -A /etc/ssl/private 2>/dev/null")).isEmpty();
        assertThat(sh("cut -d: -f1 /etc/passwd | tr '\\n' ' '").strip())
                .isEqualTo("root agent nobody");
    }

    @Test
    void noSocketOfTheHostIsToBeFound() throws InterruptedException {
        assertThat(sh("find / -xdev -type s 2>/dev/null; ls /tmp/.X11-unix 2>/dev/null")).isEmpty();
        assertThat(sh("env | grep -E 'SSH_AUTH|DBUS|DISPLAY|GPG' ")).isEmpty();
    }

    @Test
    void fileOfAnotherUserIsNotReachedThroughALink() throws Exception {
        Path secret = Files.createTempFile("other-", ".txt");
        Files.writeString(secret, "SECRET");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-rw-rw-"));
        try {
            assertThat(
                            sh(
                                    "ln -s "
                                            + secret
                                            + " l; cat l /proc/1/root"
                                            + secret
                                            + " /proc/self/root/../.."
                                            + secret
                                            + " 2>&1"))
                    .doesNotContain("SECRET");
        } finally {
            Files.delete(secret);
        }
    }

    @Test
    void processesOfTheHostAreNotSeenAndNotReached() throws InterruptedException {
        assertThat(sh("ls /proc | grep -c '^[0-9]'").length()).isLessThan(3);
        long us = ProcessHandle.current().pid();
        assertThat(sh("kill -0 " + us + " 2>&1 && echo REACHED")).doesNotContain("REACHED");
        // The supervisors stand outside, so the join is not to be seen either.
        assertThat(sh("cat /proc/[0-9]*/cmdline | tr '\\0' ' '"))
                .doesNotContain("nsenter", "bwrap", "perl");
    }

    @Test
    void everyMountAllowsOnlyWhatItIsFor() throws InterruptedException {
        List<String> own =
                List.of(
                        "/workspace",
                        "/home/agent",
                        "/tmp",
                        "/run",
                        "/proc",
                        "/dev/shm",
                        "/dev/pts");
        List<String> devices =
                List.of(
                        "/dev/null",
                        "/dev/zero",
                        "/dev/full",
                        "/dev/random",
                        "/dev/urandom",
                        "/dev/tty");
        List<String> mounts = sh("cut -d' ' -f5,6 /proc/self/mountinfo").lines().toList();
        assertThat(mounts).allMatch(line -> line.contains("nosuid"));
        assertThat(mounts.stream().filter(line -> line.contains(" rw,")).map(WallsIT::place))
                .hasSameElementsAs(Stream.concat(own.stream(), devices.stream()).toList());
        assertThat(mounts.stream().filter(line -> !line.contains("nodev")).map(WallsIT::place))
                .hasSameElementsAs(Stream.concat(Stream.of("/dev/pts"), devices.stream()).toList());
    }

    private static String place(String mount) {
        return mount.substring(0, mount.indexOf(' '));
    }

    @Test
    void thereIsNoPrivilegeAndNoWayToGetOne() throws InterruptedException {
        String status = sh("cat /proc/self/status");
        for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")) {
            assertThat(status).containsPattern(set + ":\\s+0{16}\n");
        }
        assertThat(status).containsPattern("NoNewPrivs:\\s+1\n").containsPattern("Seccomp:\\s+2\n");
        assertThat(sh("id -u; id -g; id -G").split("\n")).containsExactly("1000", "1000", "1000");
        assertThat(sh("cp /bin/sh s && chmod 4755 s && ./s -c 'id -u'")).isEqualTo("1000");
        assertThat(sh("su root -c id 2>&1; sudo id 2>&1")).doesNotContain("uid=0");
    }

    @Test
    void systemCallsThatBreakWallsAreRefused() throws InterruptedException {
        String python =
                """
                import ctypes, platform, errno
                c = ctypes.CDLL(None, use_errno=True)
                arm = platform.machine() == 'aarch64'
                for name, x86, a in [('unshare', 272, 97), ('mount', 165, 40), ('ptrace', 101, 117),
                        ('keyctl', 250, 219), ('bpf', 321, 280), ('io_uring_setup', 425, 425),
                        ('perf_event_open', 298, 241), ('userfaultfd', 323, 282),
                        ('open_tree', 428, 428), ('pivot_root', 155, 41),
                        ('open_by_handle_at', 304, 265), ('process_vm_readv', 310, 270)]:
                    ctypes.set_errno(0)
                    r = c.syscall(a if arm else x86, 0, 0, 0, 0, 0, 0)
                    print(name, r, ctypes.get_errno())
                r = c.syscall(220 if arm else 56, 0x10000011, 0, 0, 0, 0)
                print('clone', r, ctypes.get_errno())
                r = c.syscall(435, 0, 0)
                print('clone3', r, ctypes.get_errno())
                import fcntl, socket
                try:
                    fcntl.ioctl(0, 0x5412, b'x'); print('TIOCSTI 0 0')
                except OSError as e:
                    print('TIOCSTI -1', e.errno)
                for family in (40, 38, 17):
                    try:
                        socket.socket(family, socket.SOCK_STREAM, 0); print(family, 'OPEN')
                    except OSError as e:
                        print(family, -1, e.errno)
                """;
        Ran ran =
                collect(
                        sandbox.exec(
                                ProcessSpec.of("python3", "-")
                                        .withStdin(
                                                new ProcessSpec.Stdin.Bytes(
                                                        python.getBytes(StandardCharsets.UTF_8)))));
        assertThat(ran.exit().success()).as(ran.out()).isTrue();
        for (String line : ran.out().strip().split("\n", -1)) {
            String expected =
                    line.startsWith("clone3")
                            ? " -1 38"
                            : Character.isDigit(line.charAt(0)) ? " -1 97" : " -1 1";
            assertThat(line).endsWith(expected);
        }
    }

    @Test
    void theNetworkIsALoopbackOfItsOwn() throws InterruptedException {
        assertThat(sh("cat /proc/net/route | wc -l; ls /proc/sys/net/ipv4/conf | tr '\\n' ' '"))
                .startsWith("1")
                .doesNotContain("eth");
        assertThat(sh("tail -n +3 /proc/net/dev | cut -d: -f1").strip()).isEqualTo("lo");
        for (String place : List.of("1.1.1.1/53", "169.254.169.254/80", "10.0.0.1/22")) {
            assertThat(sh("timeout 5 bash -c 'exec 3<>/dev/tcp/" + place + "' 2>&1 && echo OPEN"))
                    .doesNotContain("OPEN");
        }
    }

    @Test
    void listenersAndAbstractSocketsOfTheHostAreNotReached() throws Exception {
        try (java.net.ServerSocket server =
                new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            assertThat(
                            sh(
                                    "bash -c 'exec 3<>/dev/tcp/127.0.0.1/"
                                            + server.getLocalPort()
                                            + "' 2>&1 && echo OPEN"))
                    .doesNotContain("OPEN");
        }
    }

    @Test
    void anotherSandboxIsOutOfSight() throws InterruptedException {
        Sandbox other = provider.create(SandboxSpec.of(SandboxId.next()));
        SandboxProcess sleeper = other.exec(ProcessSpec.of("sleep", "98765"));
        run(other, "echo SECRET >/workspace/s; echo SECRET >/tmp/s; chmod -R 777 /workspace /tmp");
        assertThat(sh("cat /proc/[0-9]*/cmdline | tr '\\0' ' '")).doesNotContain("98765");
        assertThat(sh("cat /workspace/s /tmp/s 2>&1")).doesNotContain("SECRET");
        assertThat(sh("grep -rs SECRET " + world.data() + " /proc/1/root/tmp")).isEmpty();
        assertThat(sleeper.exit()).isEmpty();
        if (Posixly.root()) {
            assertThat(enforced(other, "own user id").mechanism())
                    .isNotEqualTo(enforced(sandbox, "own user id").mechanism());
        }
    }

    @Test
    void killingEverythingFromInsideLeavesTheSandboxStanding() throws InterruptedException {
        Sandbox own = provider.create(SandboxSpec.of(SandboxId.next()));
        assertThat(run(own, "kill -9 -1; kill -9 1").exit().exitCode()).isPresent();
        assertThat(run(own, "echo still here").out()).isEqualTo("still here\n");
    }

    @Test
    void memoryIsLimited() throws InterruptedException {
        Sandbox small =
                limited(
                        new Limits(
                                Optional.of(ByteSize.mebibytes(64)),
                                OptionalDouble.empty(),
                                OptionalInt.empty(),
                                Optional.empty()));
        Ran ran = run(small, "head -c 200000000 /dev/zero | tail -c 150000000 >/dev/null");
        assertThat(ran.exit().success()).isFalse();
        if (enforced(small, "memory").inForce()) {
            assertThat(ran.exit().exitCode()).hasValue(137);
            assertThat(ran.exit().oomKilled()).isTrue();
        }
        assertThat(run(small, "echo alive").out()).isEqualTo("alive\n");
    }

    @Test
    void processesAreLimited() throws InterruptedException {
        Sandbox small =
                limited(
                        new Limits(
                                Optional.empty(),
                                OptionalDouble.empty(),
                                OptionalInt.of(30),
                                Optional.empty()));
        Ran ran = run(small, "i=0; while [ $i -lt 100 ]; do sleep 5 & i=$((i+1)); done; echo $i");
        assertThat(ran.out()).contains("ork").doesNotEndWith("100\n");
        assertThat(run(small, "echo alive").out()).isEqualTo("alive\n");
    }

    @Test
    void theProcessorIsLimitedWhereItCanBe() throws InterruptedException {
        Sandbox slow =
                limited(
                        new Limits(
                                Optional.empty(),
                                OptionalDouble.of(0.2),
                                OptionalInt.empty(),
                                Optional.empty()));
        Enforcement cpu = enforced(slow, "cpu");
        if (!cpu.inForce()) {
            assertThat(cpu.mechanism()).contains("control group");
            return;
        }
        Ran ran =
                collect(
                        slow.exec(
                                ProcessSpec.of(
                                        "bash",
                                        "-c",
                                        "i=0; while [ $SECONDS -lt 2 ]; do i=$((i+1)); done;"
                                                + " times")));
        // A fifth of two or three seconds, and twice that for coarse clocks.
        String user = ran.out().strip().split("[ \n]", -1)[0];
        assertThat(Double.parseDouble(user.replaceAll("^0m|s$", ""))).isLessThan(1.2);
    }

    @Test
    void oneFileCannotFillTheDisk() throws InterruptedException {
        Sandbox small =
                limited(
                        new Limits(
                                Optional.empty(),
                                OptionalDouble.empty(),
                                OptionalInt.empty(),
                                Optional.of(ByteSize.mebibytes(2))));
        Ran ran = run(small, "head -c 5000000 /dev/zero >big; wc -c <big");
        assertThat(ran.out()).contains("2097152");
        assertThat(enforced(small, "disk").inForce()).as("the sandbox as a whole").isFalse();
        assertThat(enforced(small, "size of one file").inForce()).isTrue();
    }

    @Test
    void outputCannotBeTakenBackByOpeningItAgain() throws InterruptedException {
        Ran ran =
                run(
                        sandbox,
                        "echo one; echo two >/dev/stdout; : >/dev/stdout; truncate -s 0"
                                + " /proc/self/fd/1 2>/dev/null; echo three");
        assertThat(ran.out()).isEqualTo("one\ntwo\nthree\n");
    }

    @Test
    void everyWallIsNamedWithWhatHoldsIt() {
        assertThat(sandbox.record().enforced())
                .extracting(Enforcement::name)
                .contains(
                        "user namespace",
                        "pid namespace",
                        "mnt namespace",
                        "net namespace",
                        "capabilities",
                        "no_new_privs",
                        "seccomp",
                        "network",
                        "files",
                        "memory",
                        "pids",
                        "disk");
    }

    /** Kept apart to keep the tests short. */
    private static final class Posixly {
        static boolean root() {
            return Posix.isRoot();
        }
    }
}
