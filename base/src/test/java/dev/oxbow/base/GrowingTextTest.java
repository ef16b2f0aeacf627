package dev.oxbow.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrowingTextTest {
    private static final String KNOWN = "kn0wn-value-ü-of-this-run";
    private static final Redactor REDACTOR = Redactor.knowing(List.of(KNOWN));

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

        assertThat(grown(text, random, 12)).isEqualTo(REDACTOR.redact(text));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.oxbow.base.SecretSamples#all")
    void noSecretShowsHoweverItArrives(SecretSamples.Sample sample) {
        String text = "It is " + sample.text() + " and nothing else.";

        assertThat(grown(text, new Random(1), 2))
                .isEqualTo(REDACTOR.redact(text))
                .doesNotContain(sample.secret());
    }

    @Test
    void nothingOfAKnownValueShowsBeforeItIsWhole() {
        GrowingText text = REDACTOR.growing();

        assertThat(text.append("the key is kn0wn-val")).isEqualTo("the key is ");
        assertThat(text.settled()).isFalse();
        assertThat(text.append("ue-ü-of-this-r")).isEmpty();
        assertThat(text.append("un, see")).startsWith("[REDACTED_SECRET], ");
    }

    @Test
    void whatOnlyBeganLikeASecretIsLetGo() {
        GrowingText text = REDACTOR.growing();

        assertThat(text.append("kn0wn-val")).isEmpty();
        assertThat(text.append("ley of the kings")).startsWith("kn0wn-valley of the ");
        assertThat(text.append("!")).endsWith("!");
        assertThat(text.settled()).isTrue();
        assertThat(text.finish()).isEmpty();
    }

    @Test
    void ordinaryWordsAreShownAtOnce() {
        GrowingText text = REDACTOR.growing();
        String prose = "I will change the file, run the checks and tell you about the path. ";
        int held = 0;
        for (String word : prose.split("(?<= )", -1)) {
            held += word.length() - text.append(word).length();
            assertThat(held).as(word).isLessThan(10);
        }
        assertThat(held).isZero();
    }

    @Test
    void theRestComesAtTheEnd() {
        GrowingText text = REDACTOR.growing();

        String shown = text.append("api_key = \"abcdefghij012345");

        assertThat(shown).doesNotContain("abc");
        assertThat(shown + text.append("6789xyz") + text.finish())
                .isEqualTo("api_key = \"[REDACTED_API_KEY]");
    }

    private static String grown(String text, Random random, int longest) {
        GrowingText growing = REDACTOR.growing();
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); ) {
            int end = Math.min(text.length(), i + random.nextInt(1, longest));
            out.append(growing.append(text.substring(i, end)));
            i = end;
        }
        return out.append(growing.finish()).toString();
    }
}
