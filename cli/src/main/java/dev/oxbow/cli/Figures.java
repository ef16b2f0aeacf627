package dev.oxbow.cli;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers as people write and read them. */
final class Figures {
    private static final Pattern DURATION =
            Pattern.compile("(?:(\\d{1,6})h)?(?:(\\d{1,7})m)?(?:(\\d{1,9})s?)?");

    private Figures() {}

    /** Reads {@code 90}, {@code 90s}, {@code 30m}, {@code 1h30m}; a bare number means seconds. */
    static Duration duration(String option, String text) {
        Matcher matcher = DURATION.matcher(text.strip());
        if (text.isBlank() || !matcher.matches()) {
            throw OxException.of(
                            ErrorCode.INVALID_ARGUMENT, "%s: '%s' is not a duration", option, text)
                    .suggest("Write it like 90s, 30m or 1h30m.");
        }
        Duration duration =
                Duration.ofHours(number(matcher.group(1)))
                        .plusMinutes(number(matcher.group(2)))
                        .plusSeconds(number(matcher.group(3)));
        if (duration.isZero()) {
            throw OxException.of(ErrorCode.INVALID_ARGUMENT, "%s must be more than zero", option)
                    .suggest("Write it like 90s, 30m or 1h30m.");
        }
        return duration;
    }

    private static long number(@org.jspecify.annotations.Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }

    /** Such as {@code 0.4 s}, {@code 12 s}, {@code 3 m 05 s}, {@code 2 h 10 m}. */
    static String took(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
        }
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return String.format(Locale.ROOT, "%d m %02d s", seconds / 60, seconds % 60);
        }
        return String.format(Locale.ROOT, "%d h %02d m", seconds / 3600, seconds / 60 % 60);
    }

    /** Such as {@code 512 B}, {@code 1.5 MB}. */
    static String bytes(long bytes) {
        String[] units = {"B", "kB", "MB", "GB", "TB"};
        double value = bytes;
        int unit = 0;
        while (value >= 1000 && unit < units.length - 1) {
            value /= 1000;
            unit++;
        }
        return unit == 0 || value >= 100
                ? String.format(Locale.ROOT, "%.0f %s", value, units[unit])
                : String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
    }

    /** With a comma at every thousand. */
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** Tokens that a model took in and gave out. */
    static String tokens(long in, long out) {
        return count(in) + " tokens in, " + count(out) + " out";
    }

    /** Dollars, to the cent; small sums to the hundredth of one. */
    static String dollars(double dollars) {
        return String.format(Locale.ROOT, dollars < 0.1 ? "%.4f" : "%.2f", dollars);
    }

    /** A number and its noun. */
    static String of(long number, String noun) {
        return count(number) + " " + noun + (number == 1 ? "" : "s");
    }
}
