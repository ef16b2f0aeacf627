package dev.oxbow.sandbox.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.SandboxRecord;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.sandbox.Tier;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestReporter;

/**
 * What all suites of the kit share: a provider for each test, sandboxes that are destroyed after
 * it, and the check that the machine is then as it was before.
 */
public abstract class ProviderContract {
    /** Longer than anything here should take, also on a loaded machine. */
    private static final Duration LONG = Duration.ofSeconds(60);

    /** Key under which a test says which capability's refusal it is about. */
    public static final String REFUSAL = "refusal";

    private final List<SandboxId> made = new ArrayList<>();
    private MachineState before = MachineState.nothing();
    private Optional<SandboxProvider> provider = Optional.empty();
    private Optional<TestReporter> reporter = Optional.empty();

    /** For subclasses. */
    protected ProviderContract() {}

    /** The provider to examine; the same object for the whole suite. */
    protected abstract ProviderUnderTest subject();

    @BeforeAll
    static void warmUp() throws IOException {
        EchoServer.warmUp();
    }

    @BeforeEach
    final void open(TestReporter events) {
        reporter = Optional.of(events);
        before = MachineState.now(subject());
        provider = Optional.of(subject().open());
    }

    @AfterEach
    final void destroyEverythingAndExpectNothingLeft() {
        try (SandboxProvider last = provider()) {
            made.forEach(last::destroy);
        }
        made.clear();
        MachineState.assertNothingLeft(before, () -> MachineState.now(subject()));
    }

    final SandboxProvider provider() {
        return provider.orElseThrow();
    }

    static Deadline soon() {
        return Deadline.in(LONG);
    }

    final boolean offers(Capability capability) {
        return provider().capabilities().contains(capability);
    }

    /** Leaves out a test of something that the provider says it cannot do. */
    final void needs(Capability capability) {
        if (!offers(capability)) {
            throw LeftOut.declaredLack(
                    provider().name() + " declares that it lacks " + capability.flag());
        }
    }

    /** Leaves out a test of walls that the provider's tier does not have. */
    final void needsWalls() {
        if (provider().tier().rank() <= Tier.PROCESS.rank()) {
            throw LeftOut.declaredLack(provider().name() + " has no walls");
        }
    }

    /**
     * Leaves out a test of the refusal where there is nothing to refuse. Where there is, the report
     * hears which refusal the test proves by passing.
     */
    final void lacks(Capability capability) {
        if (offers(capability)) {
            throw LeftOut.nothingToRefuse(provider().name() + " offers " + capability.flag());
        }
        reporter.orElseThrow().publishEntry(REFUSAL, capability.flag());
    }

    final void refusedAsUnsupported(ThrowingCallable call) {
        refused(ErrorCode.CAPABILITY_UNSUPPORTED, call);
    }

    static OxException refused(ErrorCode code, ThrowingCallable call) {
        OxException refusal = catchThrowableOfType(OxException.class, call);
        assertThat(refusal).as("expected a refusal with %s", code).isNotNull();
        assertThat(refusal.code()).as(refusal.getMessage()).isEqualTo(code);
        assertThat(refusal.getMessage()).doesNotContain("\n");
        return refusal;
    }

    /** Two looks at one sandbox in between which nothing but time has changed. */
    static void assertSameButForTime(SandboxRecord now, SandboxRecord before) {
        assertThat(now)
                .usingRecursiveComparison()
                .ignoringFields("lastActivityAt", "idle", "expiresAt", "timeLeft")
                .isEqualTo(before);
    }

    /** An id that is destroyed after the test. */
    final SandboxId newId() {
        SandboxId id = SandboxId.next();
        synchronized (made) {
            made.add(id);
        }
        return id;
    }

    final Sandbox sandbox() {
        return provider().create(SandboxSpec.of(newId()));
    }

    final Sandbox sandbox(Labels labels) {
        return provider().create(SandboxSpec.of(newId()).withLabels(labels));
    }

    static ProcessSpec sh(String script) {
        return ProcessSpec.of("sh", "-c", script);
    }

    static Ran run(Sandbox sandbox, ProcessSpec spec) throws InterruptedException {
        return collect(sandbox.exec(spec));
    }

    static Ran run(Sandbox sandbox, String script) throws InterruptedException {
        return run(sandbox, sh(script));
    }

    /** All output from the first byte and the exit, with the rules of the stream checked. */
    static Ran collect(SandboxProcess process) throws InterruptedException {
        try (OutputCollector output = new OutputCollector(process, Cursor.START)) {
            return output.toTheEnd(soon());
        }
    }

    /** Starts something that says "ready" when it is, and waits for that. */
    static SandboxProcess untilReady(SandboxProcess process) throws InterruptedException {
        try (OutputCollector output = new OutputCollector(process, Cursor.START)) {
            output.until("ready", soon());
        }
        return process;
    }

    /**
     * Seconds for {@code sleep} that outlast every test and name their process among all others.
     */
    static String markedSeconds() {
        return "9" + ThreadLocalRandom.current().nextLong(100_000_000, 999_999_999);
    }

    /** Whether any process in the sandbox has the mark in its arguments. */
    static boolean isAlive(Sandbox sandbox, String mark) throws InterruptedException {
        Ran look = run(sandbox, "cat /proc/[0-9]*/cmdline 2>/dev/null");
        return look.out().contains(mark);
    }

    static void awaitNoSurvivor(Sandbox sandbox, String mark) {
        Awaitility.await("no survivor")
                .atMost(LONG)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> !isAlive(sandbox, mark));
    }

    static void awaitAlive(Sandbox sandbox, String mark) {
        Awaitility.await("process with mark " + mark)
                .atMost(LONG)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> isAlive(sandbox, mark));
    }

    static void write(Sandbox sandbox, String path, byte[] content) {
        try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
            files.write(
                    TreePath.of(path), 0644, Optional.empty(), new ByteArrayInputStream(content));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void write(Sandbox sandbox, String path, String content) {
        write(sandbox, path, content.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] bytesOf(FileTree files, String path) {
        return bytesOf(files, TreePath.of(path));
    }

    static byte[] bytesOf(FileTree files, TreePath path) {
        try (InputStream content = files.read(path)) {
            return content.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Sandbox sandbox, String path) {
        try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
            return new String(bytesOf(files, path), StandardCharsets.UTF_8);
        }
    }

    static boolean exists(Sandbox sandbox, String path) {
        try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
            return files.stat(TreePath.of(path)).isPresent();
        }
    }

    /** Runs all at the same time and gives the results in order; the first failure is thrown. */
    static <T> List<T> together(List<? extends Callable<T>> calls) throws InterruptedException {
        List<T> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<T> future : threads.invokeAll(calls)) {
                results.add(future.get());
            }
        } catch (ExecutionException e) {
            throw new AssertionError("one of several concurrent calls failed", e.getCause());
        }
        return results;
    }

    static byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }
}
