package dev.oxbow.sandbox.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.Enforcement;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.sandbox.Tier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The walls that every tier above a plain process has, and what a failed creation leaves. */
public abstract class IsolationContract extends ProviderContract {
    private static final Set<String> WALLS =
            Set.of("files", "processes", "pid namespace", "capabilities", "seccomp", "network");

    @Test
    void sandboxesDoNotSeeEachOthersFiles() throws InterruptedException {
        Sandbox one = sandbox();
        Sandbox other = sandbox();
        run(one, "echo mine >f; echo mine >\"$HOME/f\"; echo mine >/tmp/kit-f");
        assertThat(run(other, "cat f \"$HOME/f\" /tmp/kit-f 2>/dev/null").out()).isEmpty();
    }

    @Test
    void sandboxesDoNotSeeEachOthersProcesses() throws InterruptedException {
        needsWalls();
        Sandbox one = sandbox();
        String mark = markedSeconds();
        untilReady(one.exec(sh("echo ready; sleep " + mark)));
        awaitAlive(one, mark);
        assertThat(isAlive(sandbox(), mark)).isFalse();
    }

    @Test
    void processesOfTheHostAreOutOfSight() throws Exception {
        needsWalls();
        String mark = markedSeconds();
        Process sleeper = new ProcessBuilder("sleep", mark).start();
        try {
            assertThat(isAlive(sandbox(), mark)).isFalse();
        } finally {
            sleeper.destroyForcibly().waitFor();
        }
    }

    @Test
    void temporaryFilesOfTheHostAreOutOfSight(@TempDir Path host) throws Exception {
        needsWalls();
        Files.setPosixFilePermissions(host, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path secret = Files.writeString(host.resolve("secret"), "of the host");
        assertThat(run(sandbox(), "cat " + secret).code()).isNotZero();
    }

    @Test
    void aCommandHasNoPrivilegesAndCannotGetAny() throws InterruptedException {
        needsWalls();
        Ran ran =
                run(
                        sandbox(),
                        "id -u; grep -E '^(CapPrm|CapEff|CapBnd|CapAmb|NoNewPrivs|Seccomp):'"
                                + " /proc/self/status");
        assertThat(ran.out().lines().findFirst()).isNotEqualTo(Optional.of("0"));
        assertThat(ran.out())
                .containsPattern("CapPrm:\\s+0+\n")
                .containsPattern("CapEff:\\s+0+\n")
                .containsPattern("CapAmb:\\s+0+\n")
                .containsPattern("NoNewPrivs:\\s+1\n")
                .containsPattern("Seccomp:\\s+2\n");
    }

    @Test
    void directoriesOfTheHostCannotBeChanged(@TempDir Path host) throws Exception {
        needsWalls();
        Files.setPosixFilePermissions(host, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path file = Files.writeString(host.resolve("f"), "as it was");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        Sandbox sandbox =
                provider()
                        .create(SandboxSpec.of(newId()).withReadOnly(Map.of(Sandbox.AGENTS, host)));
        run(
                sandbox,
                "cd "
                        + Sandbox.AGENTS
                        + " && { echo changed >f; echo new >g; rm -f f; chmod 0 f; }");
        assertThat(Files.readString(file)).isEqualTo("as it was");
        assertThat(host.resolve("g")).doesNotExist();
    }

    @Test
    void theSystemOfTheHostCannotBeChanged() throws InterruptedException {
        needsWalls();
        for (String place : new String[] {"/usr", "/etc", "/usr/bin", "/opt/oxbow", "/proc/sys"}) {
            assertThat(run(sandbox(), ": >" + place + "/oxbow-kit").code()).as(place).isNotZero();
        }
    }

    @Test
    void aSignalToOnesOwnGroupStaysInside() throws InterruptedException {
        needsWalls();
        Sandbox sandbox = sandbox();
        SandboxProcess elsewhere = untilReady(sandbox().exec(sh("echo ready; sleep 30")));
        Ran ran = run(sandbox, "echo before; kill -9 0; echo after");
        assertThat(ran.out()).isEqualTo("before\n");
        assertThat(ran.exit().exitCode()).as("seen by whoever watches over it").hasValue(137);
        assertThat(ran.exit().reason()).isEqualTo(ProcessExit.Reason.EXITED);
        assertThat(elsewhere.exit()).isEmpty();
        assertThat(run(sandbox, "echo on").out()).isEqualTo("on\n");
    }

    @Test
    void everyWallIsNamedWithWhatHoldsIt() {
        needsWalls();
        assertThat(sandbox().record().enforced())
                .isNotEmpty()
                .allSatisfy(wall -> {
                    assertThat(wall.name()).isNotBlank();
                    assertThat(wall.mechanism()).isNotBlank();
                });
    }

    @Test
    void whoHasNoWallsClaimsNone() {
        if (provider().tier().isolates()) {
            throw LeftOut.nothingToRefuse(provider().name() + " has walls");
        }
        assertThat(sandbox().record().enforced())
                .filteredOn(each -> WALLS.contains(each.name()))
                .noneMatch(Enforcement::inForce);
    }

    @Test
    void aSandboxHasTheWallsThatItWasAskedForAndSaysSo() {
        for (Tier wanted : Tier.values()) {
            Optional<Tier> built = wanted.among(provider().tiers());
            if (built.isPresent()) {
                Sandbox sandbox = provider().create(SandboxSpec.of(newId()).withTier(wanted));
                assertThat(sandbox.record().tier()).as("for %s", wanted).isEqualTo(built.get());
            }
        }
        assertThat(provider().tiers()).contains(provider().tier());
        assertThat(provider().capabilities(provider().tier())).isEqualTo(provider().capabilities());
    }

    @Test
    void wallsThatAreTooStrongAreRefusedByNameAndNothingIsMade() {
        List<Tier> beyond =
                Stream.of(Tier.values())
                        .filter(wanted -> wanted.among(provider().tiers()).isEmpty())
                        .toList();
        if (beyond.isEmpty()) {
            throw LeftOut.nothingToRefuse(provider().name() + " builds the strongest walls");
        }
        for (Tier wanted : beyond) {
            SandboxId id = newId();
            OxException refusal =
                    refused(
                            ErrorCode.ISOLATION_UNAVAILABLE,
                            () -> provider().create(SandboxSpec.of(id).withTier(wanted)));
            assertThat(refusal.getMessage()).contains(provider().name(), wanted.wire());
            assertThat(provider().get(id)).isEmpty();
        }
    }

    @Test
    void aFailedCreationLeavesNothing() {
        SandboxId id = newId();
        SandboxSpec impossible =
                SandboxSpec.of(id)
                        .withReadOnly(Map.of(Sandbox.AGENTS, Path.of("/nonexistent/of/oxbow")));
        OxException refusal =
                Assertions.catchThrowableOfType(
                        OxException.class, () -> provider().create(impossible));
        assertThat(refusal).isNotNull();
        assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_SANDBOX_CONFIG);
        assertThat(provider().get(id)).isEmpty();
        assertThat(provider().list(Labels.NONE)).extracting(Sandbox::id).doesNotContain(id);
    }
}
