package dev.oxbow.providers.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.Posix;
import dev.oxbow.sandbox.Limits;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxSpec;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Commands that are born in the groups of their sandbox. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BornInGroupsIT {
    private final LocalWorld world = new LocalWorld();
    private final LocalProvider provider = world.open();

    @BeforeAll
    void needTheTools() {
        Needs.theTools();
    }

    @AfterAll
    void close() {
        provider.close();
        world.close();
    }

    private static Deadline patience() {
        return Deadline.in(Duration.ofSeconds(30));
    }

    private static void await(BooleanSupplier fact) {
        Deadline deadline = patience();
        while (!fact.getAsBoolean()) {
            assertThat(deadline.expired()).as("in time").isFalse();
            LockSupport.parkNanos(1_000_000);
        }
    }

    private StoredSandbox stored(Sandbox sandbox) {
        return StoredSandbox.read(SandboxFolder.of(world.data(), sandbox.id()).record())
                .orElseThrow();
    }

    /** What stands in the groups of a sandbox to start its commands. */
    private static List<Long> nurseries(StoredSandbox stored) {
        return stored.groups().join().stream()
                .flatMap(group -> ControlGroups.members(Path.of(group)).stream())
                .filter(pid ->
                        ProcessTable.read(pid + "/cmdline")
                                .filter(line -> line.startsWith("oxbow nursery"))
                                .isPresent())
                .distinct()
                .toList();
    }

    private static boolean succeeds(Sandbox sandbox) throws InterruptedException {
        return sandbox.exec(ProcessSpec.of("true"))
                .awaitExit(patience())
                .filter(ProcessExit::success)
                .isPresent();
    }

    @Test
    void everyCommandIsInTheGroupsOfItsSandboxWhoeverStartedIt() throws Exception {
        Sandbox sandbox = provider.create(SandboxSpec.of(SandboxId.next()));
        StoredSandbox stored = stored(sandbox);
        for (int i = 0; i < 4; i++) {
            if (i % 2 == 1 && !stored.groups().join().isEmpty()) {
                await(() -> !nurseries(stored).isEmpty());
            }
            ProcessSpec spec = ProcessSpec.of("sleep", "1000");
            SandboxProcess process = sandbox.exec(spec);
            for (String group : stored.groups().join()) {
                await(() -> members(group).contains("sleep"));
            }
            if (stored.groups().track().isPresent()) {
                Path own = stored.groups().trackOf(spec.id()).orElseThrow();
                await(() -> members(own.toString()).contains("sleep"));
            }
            assertThat(process.terminate(Duration.ofSeconds(5)).exitCode()).isPresent();
        }
        provider.destroy(sandbox.id());
    }

    private static List<String> members(String group) {
        return ControlGroups.members(Path.of(group)).stream()
                .flatMap(pid -> ProcessTable.read(pid + "/comm").stream())
                .map(String::strip)
                .toList();
    }

    @Test
    void aCommandStartsAlsoWhenItsNurseryIsKilled() throws Exception {
        Sandbox sandbox = provider.create(SandboxSpec.of(SandboxId.next()));
        StoredSandbox stored = stored(sandbox);
        for (int i = 0; i < 3; i++) {
            if (!stored.groups().join().isEmpty()) {
                await(() -> !nurseries(stored).isEmpty());
            }
            nurseries(stored).forEach(pid -> Posix.kill(pid, 9));
            assertThat(succeeds(sandbox)).isTrue();
        }
        provider.destroy(sandbox.id());
    }

    @Test
    void aSpareEndsWithItsNursery() throws Exception {
        Sandbox sandbox = provider.create(SandboxSpec.of(SandboxId.next()));
        StoredSandbox stored = stored(sandbox);
        assertThat(succeeds(sandbox)).isTrue();
        if (!stored.groups().join().isEmpty()) {
            await(() -> nurseries(stored).size() == 2);
            // The spare is the child.
            List<Long> both = ProcessTable.parentsFirst(nurseries(stored));
            Posix.kill(both.getFirst(), 9);
            await(() -> nurseries(stored).isEmpty());
        }
        assertThat(succeeds(sandbox)).isTrue();
        provider.destroy(sandbox.id());
    }

    @Test
    void aSandboxThatIsFullTakesACommandAllTheSame() throws Exception {
        Limits few =
                new Limits(
                        Optional.empty(),
                        OptionalDouble.empty(),
                        OptionalInt.of(12),
                        Optional.empty());
        Sandbox sandbox = provider.create(SandboxSpec.of(SandboxId.next()).withLimits(few));
        StoredSandbox stored = stored(sandbox);
        if (!stored.groups().join().isEmpty()) {
            SandboxProcess full =
                    sandbox.exec(
                            ProcessSpec.of(
                                    "perl",
                                    "-e",
                                    "while (1) { my $c = fork; sleep 1000 if defined $c && !$c;"
                                            + " select undef, undef, undef, 0.01 }"));
            await(() -> isFull(stored));
            for (int i = 0; i < 3; i++) {
                assertThat(succeeds(sandbox)).as("command %d", i).isTrue();
            }
            assertThat(full.exit()).isEmpty();
        }
        provider.destroy(sandbox.id());
    }

    private static boolean isFull(StoredSandbox stored) {
        return stored.groups().join().stream()
                .map(group -> Path.of(group, "pids.events"))
                .filter(Files::exists)
                .anyMatch(events -> {
                    try {
                        return !Files.readString(events).contains("max 0");
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
    }

    @Test
    void aNurseryKeepsNoGroupOfASandboxThatIsGone() throws Exception {
        Sandbox sandbox = provider.create(SandboxSpec.of(SandboxId.next()));
        StoredSandbox stored = stored(sandbox);
        assertThat(succeeds(sandbox)).isTrue();
        if (!stored.groups().join().isEmpty()) {
            await(() -> !nurseries(stored).isEmpty());
        }
        try (LocalProvider other = world.open()) {
            // It knows nothing of what this one keeps ready.
            other.destroy(sandbox.id());
        }
        assertThat(groupsNamed(sandbox.id().value())).isEmpty();
    }

    private static List<Path> groupsNamed(String id) throws IOException {
        List<Path> found = new ArrayList<>();
        for (CgroupMount mount :
                CgroupMount.parse(
                        ProcessTable.read("self/mountinfo").orElse(""),
                        ProcessTable.read("self/cgroup").orElse(""))) {
            for (Path base : mount.bases()) {
                if (Files.isDirectory(base)) {
                    try (DirectoryStream<Path> all = Files.newDirectoryStream(base, "*" + id)) {
                        all.forEach(found::add);
                    }
                }
            }
        }
        return found;
    }
}
