package dev.oxbow.sandbox.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.CheckpointId;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.CheckpointSpec;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.NetworkPhase;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.SandboxRecord;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.sandbox.Terminal;
import dev.oxbow.sandbox.TerminalSize;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A claim is whole, nothing is claimed that cannot be examined, and each lack is met by a refusal
 * that names it and has no effect.
 */
public abstract class CapabilityContract extends ProviderContract {

    /** How the lack of a capability shows. */
    private sealed interface Lack {
        /** One operation is refused. */
        record Refusal(Operation operation) implements Lack {}

        /** Nothing is refused; the promise is not made, and the tests of it are left out. */
        record Silence() implements Lack {}

        /** The port has no operation for it yet, so that nobody can offer it. */
        record NoPlace() implements Lack {}
    }

    /** An operation that a provider without the capability refuses. */
    private interface Operation {
        void attempt(Sandbox sandbox) throws Exception;
    }

    private Lack lackOf(Capability capability) {
        return switch (capability) {
            case PTY -> new Lack.Refusal(CapabilityContract::openTerminal);
            case EXEC_CURSOR -> new Lack.Refusal(CapabilityContract::readFromTheMiddle);
            case STOP_RESUME -> new Lack.Refusal(Sandbox::stop);
            case PAUSE_MEMORY -> new Lack.Refusal(Sandbox::pause);
            case LABELS_FILTER ->
                    new Lack.Refusal(_ -> provider().list(Labels.of("kit", "capability")));
            case NET_RELAY ->
                    new Lack.Refusal(s -> s.openRelay(18_080, Path.of("/nowhere")).close());
            case SNAPSHOT_FS ->
                    new Lack.Refusal(s -> s.checkpoint(CheckpointSpec.of(CheckpointId.next())));
            case ROLLBACK_INPLACE -> new Lack.Refusal(s -> s.rollback(CheckpointId.next()));
            case FORK_RUNNING ->
                    new Lack.Refusal(_ ->
                            provider().create(SandboxSpec.of(newId()).from(CheckpointId.next())));
            case EXEC_DURABLE, FILES_STREAM, NET_DENY, OOM_SIGNAL, CHECKPOINT_FAST ->
                    new Lack.Silence();
            case PTY_REPLAY -> new Lack.Refusal(Sandbox::terminals);
            case FILES_WATCH -> new Lack.Refusal(s -> s.watch(Sandbox.WORKSPACE).close());
            case NET_SWITCH_LIVE -> new Lack.Refusal(s -> s.setNetwork(NetworkPhase.OFFLINE));
            case PREVIEW_PRIVATE, PREVIEW_SIGNED, IDLE_NATIVE, TTL_NATIVE, NET_DOMAINS, NET_L7 ->
                    new Lack.NoPlace();
        };
    }

    @Test
    void whateverIsClaimedComesWithWhatItRestsOn() {
        Set<Capability> claimed = provider().capabilities();
        for (Capability each : claimed) {
            assertThat(claimed).as("claimed with %s", each.flag()).containsAll(each.implies());
        }
    }

    @Test
    void nothingIsClaimedThatCannotBeExamined() {
        EnumSet<Capability> unproven = EnumSet.noneOf(Capability.class);
        for (Capability each : provider().capabilities()) {
            if (lackOf(each) instanceof Lack.NoPlace) {
                unproven.add(each);
            }
        }
        assertThat(unproven).isEmpty();
    }

    @Test
    void theClaimDoesNotChange() {
        try (SandboxProvider other = subject().open()) {
            assertThat(other.capabilities()).isEqualTo(provider().capabilities());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLackIsRefusedByNameAndWithoutEffect(Capability capability) {
        lacks(capability);
        if (!(lackOf(capability) instanceof Lack.Refusal(Operation operation))) {
            throw LeftOut.nothingToRefuse("no operation is refused for " + capability.flag());
        }
        Sandbox sandbox = provider().create(SandboxSpec.of(newId()));
        SandboxRecord before = sandbox.record();
        OxException refusal =
                refused(ErrorCode.CAPABILITY_UNSUPPORTED, () -> operation.attempt(sandbox));
        assertThat(refusal.getMessage()).contains(provider().name(), capability.flag());
        assertThat(refusal.admitted()).isEqualTo(OxException.Admitted.NO);
        assertSameButForTime(sandbox.record(), before);
    }

    private static void openTerminal(Sandbox sandbox) {
        ProcessSpec spec = ProcessSpec.of("true");
        try {
            Terminal _ = sandbox.openTerminal(spec, TerminalSize.DEFAULT);
        } finally {
            assertThat(sandbox.process(spec.id())).isEmpty();
        }
    }

    private static void readFromTheMiddle(Sandbox sandbox) throws InterruptedException {
        SandboxProcess process = sandbox.exec(sh("printf abc"));
        assertThat(process.awaitExit(soon())).isPresent();
        process.read(new Cursor(1, 0)).close();
    }
}
