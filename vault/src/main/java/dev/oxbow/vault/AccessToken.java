package dev.oxbow.vault;

import dev.oxbow.base.TokenChecksum;
import java.util.Optional;

/**
 * A token of our own: {@code oxp_} is a person's and {@code oxt_} a team's. Behind its last {@code
 * _} stands a checksum of all before, so that a token that was cut off or mistyped is told without
 * asking anybody.
 *
 * @param family whose it is
 * @param value all of it; a secret
 */
public record AccessToken(Family family, String value) {
    /** Whose rights a token carries. */
    public enum Family {
        /** A person's. */
        PERSONAL("oxp_"),
        /** A team's, for machines. */
        TEAM("oxt_");

        private final String prefix;

        Family(String prefix) {
            this.prefix = prefix;
        }

        /** What its tokens begin with. */
        public String prefix() {
            return prefix;
        }

        /** The family of something that looks like a token, whether it is one or not. */
        public static Optional<Family> of(String text) {
            for (Family family : values()) {
                if (text.startsWith(family.prefix)) {
                    return Optional.of(family);
                }
            }
            return Optional.empty();
        }
    }

    /** Reads a token; empty if it is of another shape or its checksum is wrong. */
    public static Optional<AccessToken> parse(String text) {
        int last = text.lastIndexOf('_');
        return Family.of(text)
                .filter(family -> last >= family.prefix.length())
                .filter(_ -> TokenChecksum.isRight(text))
                .map(family -> new AccessToken(family, text));
    }

    /**
     * A token with that body.
     *
     * @param body digits and letters
     */
    public static AccessToken of(Family family, String body) {
        String start = family.prefix + body;
        return new AccessToken(family, start + "_" + TokenChecksum.of(start));
    }

    /** Tells the family and the length only: the value is a secret. */
    @Override
    public String toString() {
        return family.prefix + "… (" + value.length() + " characters)";
    }
}
