package dev.oxbow.providers.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where control groups are, as the kernel writes it. */
class CgroupMountTest {
    @Test
    void bothVersionsAtOnce() {
        String mountinfo =
                """
                30 22 0:26 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
                31 22 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
                32 22 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
                33 22 0:29 / /home rw - ext4 /dev/sda rw
                """;
        String cgroup = "4:memory:/a/b\n3:cpu,cpuacct:/c\n0::/\n";
        assertThat(CgroupMount.parse(mountinfo, cgroup))
                .containsExactly(
                        new CgroupMount(
                                1,
                                List.of("memory"),
                                List.of(
                                        Path.of("/sys/fs/cgroup/memory/a/b"),
                                        Path.of("/sys/fs/cgroup/memory"))),
                        new CgroupMount(
                                1,
                                List.of("cpu"),
                                List.of(
                                        Path.of("/sys/fs/cgroup/cpu,cpuacct/c"),
                                        Path.of("/sys/fs/cgroup/cpu,cpuacct"))),
                        new CgroupMount(
                                1,
                                List.of("cpuacct"),
                                List.of(
                                        Path.of("/sys/fs/cgroup/cpu,cpuacct/c"),
                                        Path.of("/sys/fs/cgroup/cpu,cpuacct"))),
                        new CgroupMount(2, List.of(), List.of(Path.of("/sys/fs/cgroup/unified"))));
    }

    @Test
    void versionTwoOfADesktop() {
        String mountinfo = "30 22 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n";
        String cgroup = "0::/user.slice/user-1000.slice/session-2.scope\n";
        assertThat(CgroupMount.parse(mountinfo, cgroup))
                .containsExactly(
                        new CgroupMount(
                                2,
                                List.of(),
                                List.of(
                                        Path.of(
                                                "/sys/fs/cgroup/user.slice/user-1000.slice/session-2.scope"),
                                        Path.of("/sys/fs/cgroup"))));
    }

    @Test
    void aContainerSeesOnlyItsPart() {
        String mountinfo = "30 22 0:26 /docker/x /sys/fs/cgroup/memory rw - cgroup c rw,memory\n";
        assertThat(CgroupMount.parse(mountinfo, "4:memory:/docker/x/y\n"))
                .containsExactly(
                        new CgroupMount(
                                1,
                                List.of("memory"),
                                List.of(
                                        Path.of("/sys/fs/cgroup/memory/y"),
                                        Path.of("/sys/fs/cgroup/memory"))));
    }

    @Test
    void aMachineWithoutControlGroups() {
        assertThat(CgroupMount.parse("", "")).isEmpty();
    }
}
