package dev.oxbow.base;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The ways in which a known secret value may be written. */
final class ExactSecrets {
    static final String PLACEHOLDER = "[REDACTED_SECRET]";

    /** Shorter values occur by chance, and are no secrets. */
    static final int SHORTEST = 6;

    private static final int SHORTEST_ENCODED = 8;
    private static final int LONGEST = 8192;

    private ExactSecrets() {}

    /** Every spelling to look for, without duplicates. */
    static List<String> spellings(Collection<String> values) {
        Set<String> spellings = new LinkedHashSet<>();
        for (String value : values) {
            String secret = value.strip();
            if (secret.length() > LONGEST) {
                secret = secret.substring(0, LONGEST);
            }
            addSpellings(spellings, secret);
            // Text is read line by line, so a value of several lines is known by each of them.
            if (secret.indexOf('\n') >= 0) {
                secret.lines()
                        .map(String::strip)
                        .filter(line -> line.length() >= 2 * SHORTEST_ENCODED)
                        .filter(SecretText::mixed)
                        .forEach(line -> addSpellings(spellings, line));
            }
        }
        spellings.removeIf(s -> s.length() < SHORTEST || couldBePlaceholder(s));
        return List.copyOf(spellings);
    }

    private static void addSpellings(Set<String> spellings, String secret) {
        if (secret.length() < SHORTEST) {
            return;
        }
        spellings.add(secret);
        spellings.add(jsonEscaped(secret));
        spellings.add(jsonEscaped(jsonEscaped(secret)));
        spellings.add(jsonEscaped(secret).replace("/", "\\/"));
        String percent = URLEncoder.encode(secret, StandardCharsets.UTF_8);
        spellings.add(percent);
        spellings.add(percent.replace("+", "%20"));
        spellings.add(lowerCaseEscapes(percent));
        if (secret.length() >= SHORTEST_ENCODED) {
            byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
            addBase64(spellings, bytes);
            spellings.add(HexFormat.of().formatHex(bytes));
            spellings.add(HexFormat.of().withUpperCase().formatHex(bytes));
        }
    }

    /** The part of the encoding that does not depend on what stands before and after the value. */
    private static void addBase64(Set<String> spellings, byte[] bytes) {
        for (int before = 0; before < 3; before++) {
            byte[] shifted = new byte[before + bytes.length];
            System.arraycopy(bytes, 0, shifted, before, bytes.length);
            int skip = before == 0 ? 0 : before + 1;
            int whole = shifted.length * 8 / 6;
            for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
                String encoded = encoder.withoutPadding().encodeToString(shifted);
                spellings.add(encoded.substring(skip, Math.min(whole, encoded.length())));
            }
        }
    }

    private static String jsonEscaped(String secret) {
        String quoted = Json.write(secret);
        return quoted.substring(1, quoted.length() - 1);
    }

    private static String lowerCaseEscapes(String percent) {
        StringBuilder lower = new StringBuilder(percent);
        for (int i = lower.indexOf("%"); i >= 0; i = lower.indexOf("%", i + 1)) {
            lower.replace(i, i + 3, lower.substring(i, i + 3).toLowerCase(Locale.ROOT));
        }
        return lower.toString();
    }

    /** Such a value would be found in what replaced it. */
    private static boolean couldBePlaceholder(String spelling) {
        return spelling.chars()
                .allMatch(c ->
                        (c >= 'A' && c <= 'Z') || c == '_' || c == '[' || c == ']' || c == ':');
    }
}
