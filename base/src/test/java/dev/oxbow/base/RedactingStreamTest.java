package dev.oxbow.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactingStreamTest {
    private static final String KNOWN = "kn0wn-value-ü-of-this-run";
    private static final Redactor REDACTOR = Redactor.knowing(List.of(KNOWN));
    private static final int WINDOW = 1 << 20;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whereTheTextIsCutMakesNoDifference(long seed) {
        Random random = new Random(seed);
        List<String> parts = new ArrayList<>(SecretSamples.harmless());
        SecretSamples.all().forEach(sample -> parts.add(sample.text()));
        parts.add(SecretSamples.PRIVATE_KEY);
        parts.add("x" + KNOWN + "y");
        Collections.shuffle(parts, random);
        String text =
                parts.stream()
                        .map(part -> part + (random.nextInt(3) == 0 ? " " : "\n"))
                        .collect(Collectors.joining());

        String whole = REDACTOR.redact(text);

        assertThat(inChars(text, random)).isEqualTo(whole);
        assertThat(inBytes(text, random)).isEqualTo(whole);
        assertThat(REDACTOR.redact(whole)).isEqualTo(whole);
        String harmless = String.join("\n", SecretSamples.harmless());
        assertThat(SecretSamples.all())
                .filteredOn(sample -> !harmless.contains(sample.secret()))
                .allSatisfy(sample -> assertThat(whole).doesNotContain(sample.secret()));
    }

    @Test
    void completeLinesAreNotHeldBack() {
        RedactingStream stream = REDACTOR.stream();

        assertThat(stream.append("one\ntw")).isEqualTo("one\n");
        assertThat(stream.append("o\n")).isEqualTo("two\n");
        assertThat(stream.append("three")).isEmpty();
        assertThat(stream.finish()).isEqualTo("three");
    }

    @Test
    void anEndlessLineIsLetGoInPartsButASecretIsNeverCut() {
        String key = "ghp_" + "a1".repeat(18);
        int letGoUpTo = WINDOW - (32 << 10);
        String text = ".".repeat(letGoUpTo - 20) + key + ".".repeat(WINDOW);
        RedactingStream stream = REDACTOR.stream();

        String first = stream.append(text.substring(0, WINDOW));
        String rest = stream.append(text.substring(WINDOW)) + stream.finish();

        assertThat(first).isNotEmpty();
        assertThat(first + rest).isEqualTo(REDACTOR.redact(text)).doesNotContain("a1a1");
    }

    @Test
    void brokenUtf8BecomesReplacementCharacters() {
        RedactingStream stream = REDACTOR.stream();
        byte[] bytes = {'a', (byte) 0xC3, '\n', (byte) 0xE2, (byte) 0x82};

        String text = stream.append(bytes, 0, bytes.length) + stream.finish();

        assertThat(text).isEqualTo("a\uFFFD\n\uFFFD");
    }

    private static String inChars(String text, Random random) {
        RedactingStream stream = REDACTOR.stream();
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); ) {
            int end = Math.min(text.length(), i + random.nextInt(1, 60));
            out.append(stream.append(text.substring(i, end)));
            i = end;
        }
        return out.append(stream.finish()).toString();
    }

    private static String inBytes(String text, Random random) {
        RedactingStream stream = REDACTOR.stream();
        StringBuilder out = new StringBuilder();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; ) {
            int length = Math.min(bytes.length - i, random.nextInt(1, 60));
            out.append(stream.append(bytes, i, length));
            i += length;
        }
        return out.append(stream.finish()).toString();
    }
}
