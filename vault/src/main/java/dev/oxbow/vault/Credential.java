package dev.oxbow.vault;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a user has given as a credential, freed of what comes along when something is copied. A
 * secret.
 *
 * @param value without blanks, quotes and scheme around it; not empty
 */
public record Credential(String value) {
    private static final Pattern SCHEME = Pattern.compile("(?i)^bearer(\\s+|$)");

    /**
     * A credential from a variable or a line of input.
     *
     * @return empty if nothing is left of it
     */
    public static Optional<Credential> from(String given) {
        String value = SCHEME.matcher(unquoted(given.strip()).strip()).replaceFirst("").strip();
        return value.isEmpty() ? Optional.empty() : Optional.of(new Credential(value));
    }

    private static String unquoted(String text) {
        boolean quoted =
                text.length() > 1
                        && text.charAt(0) == text.charAt(text.length() - 1)
                        && (text.charAt(0) == '"' || text.charAt(0) == '\'');
        return quoted ? text.substring(1, text.length() - 1) : text;
    }

    /**
     * Whether it claims to be one of our tokens and is none: it is refused without asking anybody.
     * Whatever has another shape is left to the server.
     */
    public boolean isMistyped() {
        return AccessToken.Family.of(value).isPresent() && AccessToken.parse(value).isEmpty();
    }

    /** Tells its family, if it has one, and its length only. */
    @Override
    public String toString() {
        String family = AccessToken.Family.of(value).map(AccessToken.Family::prefix).orElse("");
        return family + "… (" + value.length() + " characters)";
    }
}
