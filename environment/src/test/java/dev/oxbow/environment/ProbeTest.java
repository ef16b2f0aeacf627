package dev.oxbow.environment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.environment.Answer.Source;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The tables of what environments can do, row by row. */
class ProbeTest {
    private static final Path HOME = Path.of("/home/ada");

    /** A machine of the tests. */
    private static final class Machine {
        private final Map<String, String> variables = new HashMap<>();
        private Set<Path> readOnly = Set.of();
        private Set<Path> blocked = Set.of();
        private String type = "ext4";
        private boolean terminal;
        private boolean ephemeralByUser;
        private String system = "linux";

        Machine(String... words) {
            variables.put("HOME", HOME.toString());
            for (String word : words) {
                String[] parts = word.split("=", 2);
                variables.put(parts[0], parts[1]);
            }
        }

        Machine without(String name) {
            variables.remove(name);
            return this;
        }

        Machine readOnly(String... paths) {
            readOnly =
                    Set.of(paths).stream()
                            .map(Path::of)
                            .collect(java.util.stream.Collectors.toSet());
            return this;
        }

        Machine blocked(String path) {
            blocked = Set.of(Path.of(path));
            return this;
        }

        Machine on(String fileSystem) {
            type = fileSystem;
            return this;
        }

        Machine withTerminal() {
            terminal = true;
            return this;
        }

        Machine system(String name) {
            system = name;
            return this;
        }

        Machine ephemeralByUser() {
            ephemeralByUser = true;
            return this;
        }

        Capabilities look() {
            Disk disk =
                    new Disk() {
                        @Override
                        public boolean isBlocked(Path path) {
                            return blocked.contains(path);
                        }

                        @Override
                        public boolean isWritable(Path path) {
                            return readOnly.stream().noneMatch(path::startsWith);
                        }

                        @Override
                        public String type(Path path) {
                            return type;
                        }
                    };
            return Probe.look(
                    new Surroundings(variables, system, terminal, terminal, ephemeralByUser, disk));
        }
    }

    private static Capabilities at(String... variables) {
        return new Machine(variables).look();
    }

    /** The rows of "environment, disk, helper, rule shown". */
    @Nested
    class Precedence {
        @Test
        void aLaptopKeepsAllAndLooksForItself() {
            Capabilities laptop = at();
            assertThat(laptop.platform()).isEqualTo(Platform.LOCAL);
            assertThat(laptop.persistDisk().value()).isTrue();
            assertThat(laptop.persistDisk().rule()).isEqualTo("probe");
            assertThat(laptop.longLivedHelper().value()).isTrue();
            assertThat(laptop.lifetime().value()).isEqualTo(Lifetime.PERSISTENT);
            assertThat(laptop.constrained()).isFalse();
        }

        @Test
        void aLaptopWhoseDiskIsSaidNotToLast() {
            Capabilities laptop = at("OX_PERSIST_DISK=0");
            assertThat(laptop.persistDisk()).isEqualTo(Answer.override(false, "OX_PERSIST_DISK"));
            assertThat(laptop.longLivedHelper().value()).isTrue();
            assertThat(laptop.constrainedBy()).isEqualTo("OX_PERSIST_DISK");
        }

        @Test
        void aLaptopWithoutADaemon() {
            Capabilities laptop = at("OX_NO_DAEMON=1");
            assertThat(laptop.persistDisk().value()).isTrue();
            assertThat(laptop.longLivedHelper()).isEqualTo(Answer.override(false, "OX_NO_DAEMON"));
            assertThat(laptop.constrainedBy()).isEqualTo("OX_NO_DAEMON");
        }

        @Test
        void aLaptopThatIsSaidToBeEphemeral() {
            Capabilities laptop = at("OX_EPHEMERAL=1");
            assertThat(laptop.persistDisk().value()).isFalse();
            assertThat(laptop.longLivedHelper().value()).isFalse();
            assertThat(laptop.persistDisk().source()).isEqualTo(Source.EPHEMERAL);
            assertThat(laptop.persistDisk().rule()).isEqualTo("OX_EPHEMERAL");
            assertThat(laptop.lifetime().value()).isEqualTo(Lifetime.MINUTES);
            assertThat(laptop.network().value()).isEqualTo(Network.OPEN);
        }

        @Test
        void ephemeralWithADiskThatLasts() {
            Capabilities here = at("OX_EPHEMERAL=1", "OX_PERSIST_DISK=1");
            assertThat(here.persistDisk()).isEqualTo(Answer.override(true, "OX_PERSIST_DISK"));
            assertThat(here.longLivedHelper().value()).isFalse();
            assertThat(here.longLivedHelper().rule()).isEqualTo("OX_EPHEMERAL");
            assertThat(here.constrainedBy()).isEqualTo("OX_EPHEMERAL");
        }

        @Test
        void ephemeralWithADaemon() {
            Capabilities here = at("OX_EPHEMERAL=1", "OX_NO_DAEMON=0");
            assertThat(here.persistDisk().rule()).isEqualTo("OX_EPHEMERAL");
            assertThat(here.persistDisk().value()).isFalse();
            assertThat(here.longLivedHelper()).isEqualTo(Answer.override(true, "OX_NO_DAEMON"));
        }

        @Test
        void claudeCodeInTheCloud() {
            Capabilities here = at("CLAUDE_CODE_REMOTE=true");
            assertThat(here.platform()).isEqualTo(Platform.CLAUDE_CODE_CLOUD);
            assertThat(here.persistDisk()).isEqualTo(Answer.platform(false, "CLAUDE_CODE_REMOTE"));
            assertThat(here.longLivedHelper())
                    .isEqualTo(Answer.platform(true, "CLAUDE_CODE_REMOTE"));
            assertThat(here.constrainedBy()).isEqualTo("CLAUDE_CODE_REMOTE");
        }

        @Test
        void claudeCodeInTheCloudWithADiskThatLasts() {
            Capabilities here = at("CLAUDE_CODE_REMOTE=true", "OX_PERSIST_DISK=1");
            assertThat(here.persistDisk()).isEqualTo(Answer.override(true, "OX_PERSIST_DISK"));
            assertThat(here.longLivedHelper().rule()).isEqualTo("CLAUDE_CODE_REMOTE");
            assertThat(here.constrained()).isFalse();
        }

        @Test
        void noWordMakesAReadOnlyDiskWritable() {
            Capabilities here = new Machine("OX_PERSIST_DISK=1").readOnly("/home").look();
            assertThat(here.persistDisk().value()).isFalse();
            assertThat(here.persistDisk().source()).isEqualTo(Source.PHYSICAL);
            assertThat(here.persistDisk().rule())
                    .isEqualTo("physical: not writable (OX_PERSIST_DISK=1 ignored)");
            assertThat(here.longLivedHelper().value()).isTrue();
        }

        @Test
        void aSelfHostedRunnerLooksForItself() {
            Capabilities here = at("GITHUB_ACTIONS=true", "RUNNER_ENVIRONMENT=self-hosted");
            assertThat(here.platform()).isEqualTo(Platform.GITHUB_ACTIONS_SELF_HOSTED);
            assertThat(here.persistDisk().value()).isTrue();
            assertThat(here.persistDisk().rule()).isEqualTo("probe");
            assertThat(here.longLivedHelper().value()).isTrue();
            assertThat(here.longLivedHelper().rule()).isEqualTo("probe");
            assertThat(here.lifetime().value()).isEqualTo(Lifetime.PERSISTENT);
        }

        @Test
        void ephemeralSaysNothingOfTheBrowserAndTheNetwork() {
            Machine machine = new Machine("OX_EPHEMERAL=1", "DISPLAY=:0").withTerminal();
            assertThat(machine.look().browser().value()).isTrue();
        }

        @Test
        void ephemeralByTheUsersConfigurationSaysSo() {
            Capabilities here = new Machine().ephemeralByUser().look();
            assertThat(here.persistDisk().value()).isFalse();
            assertThat(here.persistDisk().rule()).isEqualTo("user-config");
            assertThat(here.longLivedHelper().rule()).isEqualTo("user-config");
        }

        @Test
        void notEphemeralSwitchesNothingOn() {
            assertThat(at("OX_EPHEMERAL=0", "DEVIN_TASK_ID=7").persistDisk().value()).isFalse();
        }
    }

    /** The rows of the platform table. */
    @Nested
    class Platforms {
        @ParameterizedTest
        @CsvSource({
            "CLAUDE_CODE_REMOTE=true, CLAUDE_CODE_CLOUD, false, true, ALLOWLIST, HOURS",
            "CLAUDE_CODE_REMOTE=1, CLAUDE_CODE_CLOUD, false, true, ALLOWLIST, HOURS",
            "DEVIN_TASK_ID=abc, DEVIN, false, true, OPEN, HOURS",
            "GITHUB_ACTIONS=true, GITHUB_ACTIONS, false, false, OPEN, MINUTES",
            "CODESPACES=true, CODESPACES, true, true, OPEN, HOURS",
            "CI=true, CI_OTHER, true, false, OPEN, MINUTES",
            "CI=1, CI_OTHER, true, false, OPEN, MINUTES",
            "GITLAB_CI=true, CI_OTHER, true, false, OPEN, MINUTES",
            "BUILDKITE=true, CI_OTHER, true, false, OPEN, MINUTES",
            "JENKINS_URL=http://j, CI_OTHER, true, false, OPEN, MINUTES",
            "CODEBUILD_BUILD_ID=a:b, CI_OTHER, true, false, OPEN, MINUTES",
            "CIRCLECI=true, CI_OTHER, true, false, OPEN, MINUTES",
            "TF_BUILD=True, CI_OTHER, true, false, OPEN, MINUTES",
            "LANG=C, LOCAL, true, true, OPEN, PERSISTENT"
        })
        void eachHasItsRow(
                String variable,
                Platform platform,
                boolean disk,
                boolean helper,
                Network network,
                Lifetime lifetime) {
            Capabilities here = at(variable);
            assertThat(here.platform()).isEqualTo(platform);
            assertThat(here.persistDisk().value()).isEqualTo(disk);
            assertThat(here.longLivedHelper().value()).isEqualTo(helper);
            assertThat(here.browser().value()).isFalse();
            assertThat(here.network().value()).isEqualTo(network);
            assertThat(here.lifetime().value()).isEqualTo(lifetime);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "CLAUDE_CODE_REMOTE=false",
                    "CLAUDE_CODE_REMOTE=0",
                    "CLAUDE_CODE_REMOTE=",
                    "DEVIN_TASK_ID=",
                    "GITHUB_ACTIONS=false",
                    "CODESPACES=",
                    "CI=false",
                    "CI="
                })
        void aMarkThatSaysNoIsNone(String variable) {
            assertThat(at(variable).platform()).isEqualTo(Platform.LOCAL);
        }

        @Test
        void theFirstOneThatFiresIsTheOne() {
            assertThat(at("CLAUDE_CODE_REMOTE=true", "GITHUB_ACTIONS=true", "CI=true").platform())
                    .isEqualTo(Platform.CLAUDE_CODE_CLOUD);
            assertThat(at("DEVIN_TASK_ID=1", "CODESPACES=true").platform())
                    .isEqualTo(Platform.DEVIN);
            assertThat(at("GITHUB_ACTIONS=true", "CI=true").platform())
                    .isEqualTo(Platform.GITHUB_ACTIONS);
        }

        @Test
        void aSelfHostedRunnerWithoutADiskLivesForMinutes() {
            Capabilities here =
                    new Machine("GITHUB_ACTIONS=true", "RUNNER_ENVIRONMENT=self-hosted")
                            .on("tmpfs")
                            .look();
            assertThat(here.persistDisk().value()).isFalse();
            assertThat(here.longLivedHelper().value()).isFalse();
            assertThat(here.lifetime().value()).isEqualTo(Lifetime.MINUTES);
        }

        @Test
        void codespacesIsNeverTakenForConstrained() {
            assertThat(at("CODESPACES=true").constrained()).isFalse();
        }
    }

    @Nested
    class Disks {
        @Test
        void withoutAHomeNothingLasts() {
            Capabilities here = new Machine().without("HOME").look();
            assertThat(here.persistDisk().value()).isFalse();
            assertThat(here.persistDisk().source()).isEqualTo(Source.PHYSICAL);
        }

        @Test
        void aHomeThatIsNoAbsolutePathIsNone() {
            assertThat(at("HOME=home/ada").persistDisk().value()).isFalse();
        }

        @Test
        void aFileInTheWayIsNoDirectory() {
            Capabilities here = new Machine().blocked("/home/ada/.sageox").look();
            assertThat(here.persistDisk().value()).isFalse();
            assertThat(here.persistDisk().rule()).isEqualTo("physical: not writable");
        }

        @ParameterizedTest
        @ValueSource(strings = {"tmpfs", "ramfs"})
        void memoryDoesNotLast(String type) {
            Capabilities here = new Machine().on(type).look();
            assertThat(here.persistDisk().value()).isFalse();
            assertThat(here.persistDisk().source()).isEqualTo(Source.PROBE);
        }

        @Test
        void theUserMaySayThatMemoryLasts() {
            assertThat(new Machine("OX_PERSIST_DISK=1").on("tmpfs").look().persistDisk().value())
                    .isTrue();
        }

        @Test
        void aContainersOverlayLastsUntilSomebodySaysOtherwise() {
            assertThat(new Machine().on("overlay").look().persistDisk().value()).isTrue();
        }

        @Test
        void theFolderMovesWithTheUsersWish() {
            Machine machine =
                    new Machine("OX_XDG_ENABLE=1", "XDG_CONFIG_HOME=/config").readOnly("/config");
            assertThat(machine.look().persistDisk().value()).isFalse();
        }
    }

    @Nested
    class Helpers {
        @Test
        void withoutAFolderForItsStateThereIsNone() {
            Capabilities here =
                    new Machine("OX_NO_DAEMON=0", "TMPDIR=/tmp").readOnly("/home", "/tmp").look();
            assertThat(here.longLivedHelper().value()).isFalse();
            assertThat(here.longLivedHelper().source()).isEqualTo(Source.PHYSICAL);
        }

        @Test
        void itDoesNotNeedADiskThatLasts() {
            assertThat(new Machine().readOnly("/home").look().longLivedHelper().value()).isTrue();
        }

        @Test
        void whereJobsTakeMinutesItMayStillBeWanted() {
            assertThat(at("GITHUB_ACTIONS=true", "OX_NO_DAEMON=0").longLivedHelper().value())
                    .isTrue();
        }
    }

    @Nested
    class Browsers {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "DISPLAY=:0",
                    "WAYLAND_DISPLAY=wayland-0",
                    "BROWSER=firefox",
                    "WSL_DISTRO_NAME=Debian"
                })
        void aTerminalAndAWayToOpenPages(String variable) {
            assertThat(new Machine(variable).withTerminal().look().browser().value()).isTrue();
            assertThat(new Machine(variable).look().browser().value()).isFalse();
        }

        @Test
        void aTerminalAloneIsNotEnough() {
            assertThat(new Machine().withTerminal().look().browser().value()).isFalse();
        }

        @Test
        void onAMacItIsThereButNotFromAfar() {
            assertThat(new Machine().system("mac os x").withTerminal().look().browser().value())
                    .isTrue();
            Machine afar = new Machine("SSH_TTY=/dev/ttys1").system("mac os x").withTerminal();
            assertThat(afar.look().browser().value()).isFalse();
        }

        @Test
        void codespacesHasOneWhereItsTerminalSaysSo() {
            assertThat(
                            new Machine("CODESPACES=true", "BROWSER=/x/browser.sh")
                                    .withTerminal()
                                    .look()
                                    .browser()
                                    .value())
                    .isTrue();
            assertThat(new Machine("CODESPACES=true").withTerminal().look().browser().value())
                    .isFalse();
        }

        @Test
        void theUserHasTheLastWord() {
            assertThat(at("OX_BROWSER=1", "CI=true").browser())
                    .isEqualTo(Answer.override(true, "OX_BROWSER"));
            assertThat(
                            new Machine("OX_BROWSER=0", "DISPLAY=:0")
                                    .withTerminal()
                                    .look()
                                    .browser()
                                    .value())
                    .isFalse();
        }

        @ParameterizedTest
        @ValueSource(strings = {"SKIP_BROWSER=1", "SAGEOX_NO_BROWSER=1"})
        void notToOpenPagesByItselfIsNotToHaveNone(String variable) {
            assertThat(new Machine(variable, "DISPLAY=:0").withTerminal().look().browser().value())
                    .isTrue();
        }
    }

    @Nested
    class Networks {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "HTTPS_PROXY=http://p",
                    "https_proxy=http://p",
                    "ALL_PROXY=http://p",
                    "all_proxy=http://p"
                })
        void aProxyIsSeen(String variable) {
            assertThat(at(variable).network().value()).isEqualTo(Network.PROXIED);
        }

        @ParameterizedTest
        @CsvSource({
            "open, OPEN",
            "ALLOWLIST, ALLOWLIST",
            "proxied, PROXIED",
            "' offline ', OFFLINE"
        })
        void theUserHasTheLastWord(String word, Network network) {
            assertThat(at("DEVIN_TASK_ID=1", "OX_NETWORK=" + word).network())
                    .isEqualTo(Answer.override(network, "OX_NETWORK"));
        }
    }

    @Nested
    class Words {
        @ParameterizedTest
        @ValueSource(strings = {"1", "true", "YES", " on "})
        void yes(String word) {
            assertThat(at("OX_NO_DAEMON=" + word).longLivedHelper().value()).isFalse();
        }

        @ParameterizedTest
        @ValueSource(strings = {"0", "False", "no", "OFF"})
        void no(String word) {
            assertThat(at("OX_PERSIST_DISK=" + word).persistDisk().value()).isFalse();
        }

        @Test
        void somethingElseIsIgnoredAndTold() {
            Capabilities here = at("OX_PERSIST_DISK=maybe", "OX_NETWORK=wide", "OX_NO_DAEMON=");
            assertThat(here.persistDisk().rule()).isEqualTo("probe");
            assertThat(here.network().value()).isEqualTo(Network.OPEN);
            assertThat(here.unknownWords()).containsExactly("OX_PERSIST_DISK", "OX_NETWORK");
        }
    }
}
