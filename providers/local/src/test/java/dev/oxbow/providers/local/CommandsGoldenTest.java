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
                    List.of("/proc/sys"),
                    List.of("/proc/kcore"),
                    List.of("/proc/acpi"));

    private static final String WALLS =
            """
            --unshare-user --uid 1000 --gid 1000 --unshare-pid --unshare-net --unshare-ipc \
            --unshare-uts --hostname oxbow --unshare-cgroup-try --as-pid-1 --new-session \
            --cap-drop ALL --seccomp 0 --info-fd 1 \
            --perms 0755 --dir /opt --ro-bind /data/etc/1 /etc --ro-bind /usr /usr \
            --symlink usr/bin /bin \
            --proc /proc --ro-bind /proc/sys /proc/sys --ro-bind /dev/null /proc/kcore --size 4096 --tmpfs /proc/acpi \
            --remount-ro /proc/acpi --dev /dev --perms 1777 --size 1073741824 --tmpfs /dev/shm \
            --remount-ro /dev\
            """;

    private static BubblewrapCommand command(Staging staging) {
        return new BubblewrapCommand(TOOLS, staging, "oxbow", ROOT, "/d/f", LocalWall.ALL);
    }

    private static String line(List<String> words) {
        return String.join(" ", words);
    }

    @Test
    void theWallsAreBuiltFromAList() {
        assertThat(line(command(Staging.NONE).argv()))
                .startsWith(
                        "/usr/bin/bwrap "
                                + WALLS
                                + " --bind /d/f/workspace /workspace --dir /home"
                                + " --bind /d/f/home /home/agent --bind /d/f/tmp /tmp --dir /var"
                                + " --symlink ../tmp /var/tmp --symlink ../run /var/run"
                                + " --size 67108864 --tmpfs /run --remount-ro / --chdir /"
                                + " --clearenv --setenv PATH /usr/bin:/bin -- /bin/sh -c ");
    }

    @Test
    void closedFoldersAreTakenFromWhereTheyAreShownInstead() {
        Staging staging = new Staging(Map.of("/d/f", "/mnt/0"));
        assertThat(line(command(staging).argv()))
                .contains(" --bind /mnt/0/workspace /workspace ")
                .contains(" --bind /mnt/0/tmp /tmp ")
                .contains(" --ro-bind /data/etc/1 /etc ");
    }

    @Test
    void aRelayStandsInTheNetworkOnly() {
        assertThat(line(new JoinCommand(TOOLS, 42, 41).network()))
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
