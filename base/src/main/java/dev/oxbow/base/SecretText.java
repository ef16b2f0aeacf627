package dev.oxbow.base;

import java.util.regex.Pattern;

/** Tells a value that could be a secret from a word, a path or a placeholder. */
final class SecretText {
    /** Between a name and its value, in code, configuration, JSON and JSON inside JSON. */
    static final String GIVEN = "[\"'\\\\]{0,7}[ \\t]{0,8}(?:=>|:=|==?|:)[ \\t]{0,8}[\"'\\\\]{0,7}";

    private static final Pattern OWN_ID =
            Pattern.compile("(?:oxsid|repo|rec|team|thr|run|sbx|prc|cpt|trg|crd)_[0-9A-Za-z-]+");
    private static final String REFERENCE_STARTS = "$<{%/~.";

    private SecretText() {}

    /** Whether letters stand beside digits, as they do in random text and rarely in words. */
    static boolean mixed(String value) {
        boolean letter = false;
        boolean digit = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            letter |= Character.isLetter(c);
            digit |= c >= '0' && c <= '9';
        }
        return letter && digit;
    }

    /** At least two of: lower case, upper case, digits, anything else. */
    static boolean varied(String value) {
        int classes = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c >= 'a' && c <= 'z') {
                classes |= 1;
            } else if (c >= 'A' && c <= 'Z') {
                classes |= 2;
            } else if (c >= '0' && c <= '9') {
                classes |= 4;
            } else {
                classes |= 8;
            }
        }
        return Integer.bitCount(classes) >= 2;
    }

    /** Neither masked or redacted already, nor a reference to where the secret is kept. */
    static boolean literal(String value) {
        return !value.contains("****")
                && !value.contains("[REDACTED")
                && !value.equals("x-oauth-basic")
                && !value.equals("x-access-token")
                && (value.isEmpty() || REFERENCE_STARTS.indexOf(value.charAt(0)) < 0)
                && !OWN_ID.matcher(value).matches();
    }
}
