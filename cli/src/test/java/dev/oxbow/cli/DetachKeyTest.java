package dev.oxbow.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DetachKeyTest {
    private static final String KEY = "\u001d";

    private static int find(DetachKey key, String typed) {
        byte[] bytes = typed.getBytes(UTF_8);
        return key.find(bytes, bytes.length);
    }

    @Test
    void threeInARowLeaveAndTheFirstTwoAreTyped() {
        assertThat(find(new DetachKey(), "ab" + KEY.repeat(3) + "cd")).isEqualTo(4);
    }

    @Test
    void theyMayComeOneByOne() {
        DetachKey key = new DetachKey();
        assertThat(find(key, KEY)).isEqualTo(1);
        assertThat(find(key, KEY)).isEqualTo(1);
        assertThat(find(key, KEY)).isZero();
    }

    @Test
    void anotherKeyBetweenBeginsAnew() {
        DetachKey key = new DetachKey();
        assertThat(find(key, KEY + KEY + "x" + KEY + KEY)).isEqualTo(5);
        assertThat(find(key, "x")).isEqualTo(1);
        assertThat(find(key, KEY + KEY)).isEqualTo(2);
    }
}
