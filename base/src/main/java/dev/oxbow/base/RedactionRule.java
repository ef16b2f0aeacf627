package dev.oxbow.base;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How one kind of secret looks.
 *
 * <p>The pattern is tried only where one of the keywords occurs, and begins there; it never crosses
 * a line end and its quantifiers are bounded, so that the work stays linear in the text. If it has
 * a group, only the group is the secret, otherwise all of it. The hint is a cheap question asked
 * before the pattern is.
 *
 * @param name names the rule in counts and tests
 * @param placeholder what takes the secret's place
 * @param keywords lower-case words, matched in any case; the pattern begins with one of them
 * @param pattern the shape
 * @param hint says no only where the pattern cannot match
 * @param accepts a last look at the candidate, against false alarms
 */
record RedactionRule(
        String name,
        String placeholder,
        List<String> keywords,
        Pattern pattern,
        Hint hint,
        Predicate<String> accepts) {

    static RedactionRule of(String name, String label, String keywords, String pattern) {
        return new RedactionRule(
                name,
                "[REDACTED_" + label + "]",
                List.of(keywords.split(" ")),
                Pattern.compile(pattern),
                Hint.NONE,
                _ -> true);
    }

    RedactionRule onlyIf(Predicate<String> test) {
        return new RedactionRule(name, placeholder, keywords, pattern, hint, accepts.and(test));
    }

    RedactionRule where(Hint value) {
        return new RedactionRule(name, placeholder, keywords, pattern, value, accepts);
    }

    /** The group that holds the secret. */
    int secretGroup(Matcher matcher) {
        return Math.min(1, matcher.groupCount());
    }
}
