package dev.oxbow.providers.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Command lines, word by word. */
class CommandsGoldenTest {
    private static final Tools TOOLS = new Tools(Map.of());

    private static final RootFilesystem ROOT =
            new RootFilesystem(
                    Map.of("/usr", "/usr", "/etc", "/data/etc/1"),
                    Map.of("/bin", "usr/bin"),
                    List.of("/proc/kcore"),
                    List.of("/proc/acpi"));

    private static final String WALLS =
            """
            --unshare-user --uid 1000 --gid 1000 --unshare-pid --unshare-net --unshare-ipc \
            --unshare-uts --hostname oxbow --unshare-cgroup-try --as-pid-1 --new-session \
            --cap-drop ALL --seccomp 0 --info-fd 1 \
            --perms 0755 --dir /opt --ro-bind /data/etc/1 /etc --ro-bind /usr /usr \
            --symlink usr/bin /bin \
            --proc /proc --ro-bind /dev/null /proc/kcore --size 4096 --tmpfs /proc/acpi \
            --remount-ro /proc/acpi --dev /dev --perms 1777 --size 1073741824 --tmpfs /dev/shm \
            --remount-ro /dev\
            """;

    private static BubblewrapCommand command(int uid, Staging staging) {
        return new BubblewrapCommand(TOOLS, uid, staging, "oxbow", ROOT, "/d/w", "/d/h", "/d/t");
    }

    private static String line(List<String> words) {
        return String.join(" ", words);
    }

    @Test
    void rootBecomesTheUserOfTheSandboxBeforeAnythingElse() {
        assertThat(line(command(7001, Staging.NONE).argv()))
                .startsWith(
                        "/usr/bin/setsid /usr/bin/setpriv --reuid=7001 --regid=7001 --clear-groups"
                                + " --no-new-privs /usr/bin/unshare --user --map-root-user --"
                                + " /usr/bin/bwrap "
                                + WALLS
                                + " --bind /d/w /workspace --dir /home --bind /d/h /home/agent"
                                + " --bind /d/t /tmp --dir /var --symlink ../tmp /var/tmp"
                                + " --symlink ../run /var/run --size 67108864 --tmpfs /run"
                                + " --remount-ro / --chdir /workspace --clearenv --setenv PATH"
                                + " /usr/bin:/bin -- /bin/sh -c ");
    }

    @Test
    void anOrdinaryUserStaysItself() {
        assertThat(line(command(-1, Staging.NONE).argv()))
                .startsWith("/usr/bin/setsid /usr/bin/unshare --user --map-root-user --")
                .doesNotContain("setpriv");
    }

    @Test
    void closedFoldersAreShownElsewhereInAMountNamespaceOfTheirOwn() {
        Staging staging = new Staging(Map.of("/d/w", "/mnt/0"));
        assertThat(line(command(7001, staging).argv()))
                .startsWith("/usr/bin/setsid /usr/bin/unshare --mount --propagation=private -- ")
                .contains(" sh /mnt /usr/bin/mount /d/w /mnt/0 -- /usr/bin/setpriv ")
                .contains(" --bind /mnt/0 /workspace ")
                .contains(" --bind /d/h /home/agent ");
    }

    @Test
    void rootJoinsAtOnceAsTheUserInside() {
        assertThat(line(new JoinCommand(TOOLS, 42, 41, true).into("/workspace")))
                .isEqualTo(
                        "/usr/bin/nsenter --target=42 --user --mount --pid --net --ipc --uts"
                                + " --cgroup --preserve-credentials --setuid=1000 --setgid=1000"
                                + " --wdns=/workspace --");
    }

    @Test
    void anOrdinaryUserJoinsThroughTheNamespaceBetween() {
        assertThat(line(new JoinCommand(TOOLS, 42, 41, false).into("/tmp")))
                .isEqualTo(
                        "/usr/bin/nsenter --user=/proc/41/ns/user --preserve-credentials --"
                            + " /usr/bin/nsenter --target=42 --user --mount --pid --net --ipc --uts"
                            + " --cgroup --preserve-credentials --wdns=/tmp --");
    }

    @Test
    void aRelayStandsInTheNetworkOnly() {
        assertThat(line(new JoinCommand(TOOLS, 42, 41, true).network()))
                .isEqualTo(
                        "/usr/bin/nsenter --user=/proc/41/ns/user --net=/proc/42/ns/net"
                                + " --preserve-credentials --");
    }

    @Test
    void theHostIsSeenThroughAListAndNothingOfPeopleIsOnIt() {
        RootFilesystem root = RootFilesystem.ofHost(Path.of("/nonexistent"));
        assertThat(root.readOnly().keySet())
                .contains("/usr")
                .noneMatch(p ->
                        p.matches(
                                "/(home|root|run|var|srv|mnt|media|tmp|sys|boot|dev|proc)(/.*)?"));
    }
}
