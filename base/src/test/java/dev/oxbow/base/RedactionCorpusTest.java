package dev.oxbow.base;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.SecretSamples.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * How many secrets are found, and how much else is taken for one, over a corpus that is made anew
 * from fixed seeds. Prints both figures.
 */
class RedactionCorpusTest {
    private static final int SEEDS = 10;
    private static final int OF_EACH_KIND = 45;

    /** Where secrets turn up. */
    private static final List<UnaryOperator<String>> PLACES =
            List.of(
                    text -> text,
                    text -> "2026-11-21T10:00:00Z DEBUG sent " + text + " to the server",
                    text -> "+" + text,
                    text -> Json.write(Map.of("content", "first\n" + text + "\nlast")),
                    text -> Json.write(Map.of("inner", Json.write(Map.of("a", text + "\n")))),
                    text -> "\u001b[31m" + text + "\u001b[0m",
                    text -> "$ echo x\r\n" + text + "\r\n$ ");

    @Test
    void secretsAreFoundWhereverTheyTurnUp() {
        Map<String, Integer> missed = new TreeMap<>();
        int all = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            int at = seed;
            for (Sample sample : SecretSamples.random(new Random(seed))) {
                String text = PLACES.get(at++ % PLACES.size()).apply(sample.text());
                all++;
                if (Redactor.standard().redact(text).contains(sample.secret())) {
                    missed.merge(sample.rule(), 1, Integer::sum);
                }
            }
        }
        int found = all - missed.values().stream().mapToInt(Integer::intValue).sum();
        System.out.printf("redaction: recall %.4f of %d secrets%n", (double) found / all, all);
        assertThat(all).isGreaterThanOrEqualTo(500);
        assertThat(missed).as("secrets that were not found, by rule").isEmpty();
    }

    @Test
    void whatOnlyLooksLikeOneStays() {
        List<String> changed = new ArrayList<>();
        List<String> lines = LookAlikes.lines(new Random(7), OF_EACH_KIND).toList();
        for (String line : lines) {
            String redacted = Redactor.standard().redact(line);
            if (!redacted.equals(line)) {
                changed.add(line + "  →  " + redacted);
            }
        }
        long secrets =
                Stream.of(new Random(0)).map(SecretSamples::random).mapToLong(List::size).sum()
                        * SEEDS;
        System.out.printf(
                "redaction: precision %.4f, %d of %d look-alikes taken for secrets%n",
                (double) secrets / (secrets + changed.size()), changed.size(), lines.size());
        assertThat(lines).hasSizeGreaterThanOrEqualTo(2000);
        assertThat(changed).as("look-alikes that were changed").isEmpty();
    }
}
