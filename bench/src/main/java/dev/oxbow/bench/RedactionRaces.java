package dev.oxbow.bench;

import dev.oxbow.base.Redactor;
import java.util.List;
import java.util.Random;

/** Taking secrets out of 1 MB of text. */
final class RedactionRaces implements Part {
    private static final int SIZE = 1_000_000;
    private static final String SECRET = "correct-horse-battery-staple-7";
    private static final List<String> WORDS =
            List.of(
                    "the", "test", "passes", "now", "git", "commit", "token", "of", "4f2a", "key",
                    "=");

    @Override
    public List<Row> run(Course course) {
        Random random = new Random(1);
        StringBuilder text = new StringBuilder();
        while (text.length() < SIZE) {
            text.append(WORDS.get(random.nextInt(WORDS.size())))
                    .append(random.nextInt(12) == 0 ? '\n' : ' ');
        }
        String clean = text.substring(0, SIZE);
        StringBuilder spoiled = new StringBuilder(clean);
        for (int at = 5_000; at < SIZE - 100; at += 10_000) {
            spoiled.replace(at, at + SECRET.length(), SECRET);
        }
        String dirty = spoiled.toString();
        Redactor redactor = Redactor.knowing(List.of(SECRET));
        return List.of(
                race(course, "without a secret", "redact-clean")
                        .run(
                                List.of(
                                        Subject.of("oxbow", () -> clean(redactor, clean)),
                                        Subject.of("String.contains", () -> clean(clean))),
                                course.progress()),
                race(course, "with 100 secrets", "redact-dirty")
                        .run(
                                List.of(
                                        Subject.of("oxbow", () -> dirty(redactor.redact(dirty))),
                                        Subject.of(
                                                "String.replace",
                                                () -> dirty(dirty.replace(SECRET, "[x]")))),
                                course.progress()));
    }

    private static Race race(Course course, String what, String mode) {
        return Race.of(
                "redaction of 1 MB " + what,
                mode,
                "all shapes and one known value, in one call; beside it the search for that value"
                        + " alone.",
                Target.median(50),
                course.rounds(200),
                course.patience());
    }

    private static void clean(Redactor redactor, String text) {
        if (!redactor.redact(text).equals(text)) {
            throw new IllegalStateException("something was taken for a secret");
        }
    }

    private static void clean(String text) {
        if (text.contains(SECRET)) {
            throw new IllegalStateException("there is a secret");
        }
    }

    private static void dirty(String redacted) {
        clean(redacted);
        if (redacted.length() < SIZE / 2) {
            throw new IllegalStateException("too much was taken");
        }
    }
}
