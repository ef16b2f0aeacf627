package dev.oxbow.vault;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * A token of our own: {@code oxp_} is a person's and {@code oxt_} a team's. Behind its last {@code
 * _} stands a checksum of all before, so that a token that was cut off or mistyped is told without
 * asking anybody.
 *
 * @param family whose it is
 * @param value all of it; a secret
 */
public record AccessToken(Family family, String value) {
    private static final String DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

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
                .filter(_ -> text.substring(last + 1).equals(checksum(text.substring(0, last))))
                .map(family -> new AccessToken(family, text));
    }

    /**
     * A token with that body.
     *
     * @param body digits and letters
     */
    public static AccessToken of(Family family, String body) {
        String start = family.prefix + body;
        return new AccessToken(family, start + "_" + checksum(start));
    }

    /** CRC-32 as an unsigned number in base 62, most significant digit first, without padding. */
    static String checksum(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        long left = crc.getValue();
        StringBuilder digits = new StringBuilder();
        do {
            digits.append(DIGITS.charAt((int) (left % DIGITS.length())));
            left /= DIGITS.length();
        } while (left > 0);
        return digits.reverse().toString();
    }

    /** Tells the family and the length only: the value is a secret. */
    @Override
    public String toString() {
        return family.prefix + "… (" + value.length() + " characters)";
    }
}
