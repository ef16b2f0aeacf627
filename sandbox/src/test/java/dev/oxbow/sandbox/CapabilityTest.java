package dev.oxbow.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.util.Arrays;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CapabilityTest {

    @Test
    void flagsAreUniqueAndReadLikePaths() {
        assertThat(Arrays.stream(Capability.values()).map(Capability::flag))
                .doesNotHaveDuplicates()
                .allMatch(flag -> flag.matches("[a-z]+\\.[a-zA-Z0-9]+|pty"));
    }

    @Test
    void whatIsImpliedIsImpliedWhole() {
        assertThat(Capability.PTY_REPLAY.implies()).containsExactly(Capability.PTY);
        assertThat(Capability.NET_L7.implies())
                .containsExactlyInAnyOrder(Capability.NET_DOMAINS, Capability.NET_DENY);
        assertThat(Capability.NET_SWITCH_LIVE.implies()).containsExactly(Capability.NET_DENY);
        assertThat(Capability.ROLLBACK_INPLACE.implies()).contains(Capability.SNAPSHOT_FS);
        assertThat(Capability.PTY.implies()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void nothingRestsOnItself(Capability capability) {
        assertThat(capability.implies()).doesNotContain(capability);
    }

    @Test
    void aLackTakesWithItWhatRestsOnIt() {
        EnumSet<Capability> all = EnumSet.allOf(Capability.class);
        assertThat(Capability.without(all, Capability.SNAPSHOT_FS))
                .doesNotContain(
                        Capability.SNAPSHOT_FS,
                        Capability.CHECKPOINT_FAST,
                        Capability.ROLLBACK_INPLACE,
                        Capability.FORK_RUNNING)
                .hasSize(all.size() - 4);
    }

    @Test
    void theRefusalNamesProviderAndCapability() {
        OxException refusal = Capability.PTY_REPLAY.refusedBy("acme");
        assertThat(refusal.code()).isEqualTo(ErrorCode.CAPABILITY_UNSUPPORTED);
        assertThat(refusal).hasMessage("acme does not offer pty.replay");
        assertThat(refusal.context())
                .containsEntry("provider", "acme")
                .containsEntry("capability", "pty.replay");
    }
}
