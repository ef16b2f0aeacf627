package dev.oxbow.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdTest {

    @Test
    void idsSortByTheMomentTheyWereMade() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            made.add(RunId.next().value());
        }
        assertThat(made).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void idsMadeByManyThreadsAreDistinct() throws InterruptedException {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            threads.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                for (int i = 0; i < 2_000; i++) {
                                    seen.add(SandboxId.next().value());
                                }
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(seen).hasSize(16_000);
    }

    @Test
    void spellingCarriesVersionAndVariant() {
        // The UUIDv7 example of RFC 9562, appendix A.6.
        String spelled = TimeOrderedId.spell(0x017F22E279B07CC3L, 0x98C4DC0C0C07398FL);
        assertThat(spelled).isEqualTo("01fwhe4ydgfk1shh6w1g60eecf");
        assertThat(new RunId("run_" + spelled).value()).startsWith("run_01");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "run_",
                "sbx_01fwhe4yezfk1sj6wc1g60ew1f",
                "run_01FWHE4YEZFK1SJ6WC1G60EW1F",
                "run_81fwhe4yezfk1sj6wc1g60ew1f",
                "run_01fwhe4yezfk1sj6wc1g60ew1",
                "run_01fwhe4yezfk1sj6wc1g60ew1ff",
                "run_01fwhe4yezfk1sj6wc1g60ewil",
                "run_../../../etc/passwd",
            })
    void anythingElseIsRefusedInOneLine(String text) {
        assertThatThrownBy(() -> new RunId(text))
                .isInstanceOfSatisfying(
                        OxException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
                .message()
                .doesNotContain("\n");
    }
}
