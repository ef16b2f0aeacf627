package dev.oxbow.environment;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How variables say yes and no. */
final class Word {
    private static final Set<String> YES = Set.of("1", "true", "yes", "on");
    private static final Set<String> NO = Set.of("0", "false", "no", "off");

    private Word() {}

    static boolean isTrue(String value) {
        return YES.contains(plain(value));
    }

    static boolean isFalse(String value) {
        return NO.contains(plain(value));
    }

    /** What the variable says; empty if it is not set, empty, or says something else. */
    static Optional<Boolean> of(String name, Map<String, String> environment) {
        String value = environment.getOrDefault(name, "");
        if (isTrue(value)) {
            return Optional.of(true);
        }
        return isFalse(value) ? Optional.of(false) : Optional.empty();
    }

    /** Whether the variable says something that is neither yes nor no. */
    static boolean isUnknown(String name, Map<String, String> environment) {
        String value = environment.getOrDefault(name, "");
        return !plain(value).isEmpty() && !isTrue(value) && !isFalse(value);
    }

    static String plain(String value) {
        return value.strip().toLowerCase(Locale.ROOT);
    }
}
