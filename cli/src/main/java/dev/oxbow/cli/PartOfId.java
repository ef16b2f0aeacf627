package dev.oxbow.cli;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.util.List;
import java.util.function.Function;

/**
 * What a person gives of an id: its beginning or its end, or all of it, with the prefix of its kind
 * or without.
 *
 * @param given as it was given
 * @param body the same without the prefix
 */
record PartOfId(String given, String body) {
    private static final int SHORTEST = 4;
    private static final int WHOLE = 26;

    /**
     * What is looked for, in words.
     *
     * @param name of one: "run"
     * @param where they are looked for, after the name: " of this worktree", or nothing
     * @param missing the error if there is none
     * @param list the command that lists them
     */
    record Kind(String name, String where, ErrorCode missing, String list) {}

    /** A part of an id that begins with a prefix. */
    static PartOfId of(String given, String prefix) {
        return new PartOfId(
                given, given.startsWith(prefix) ? given.substring(prefix.length()) : given);
    }

    boolean prefixed() {
        return !given.equals(body);
    }

    boolean whole() {
        return body.length() >= WHOLE;
    }

    /**
     * Finds the one that is meant.
     *
     * @param text of an id, without its prefix
     * @throws OxException of the kind's own code if there is none, {@code INVALID_ARGUMENT} if
     *     there are several
     */
    <I> I among(List<I> all, Function<I, String> text, Kind kind) {
        List<I> matches =
                body.length() < SHORTEST
                        ? List.of()
                        : all.stream().filter(id -> isPartOf(text.apply(id))).toList();
        String shown = SafeText.line(given, 60);
        return switch (matches.size()) {
            case 1 -> matches.getFirst();
            case 0 ->
                    throw OxException.of(
                                    kind.missing(),
                                    "no %s '%s'%s",
                                    kind.name(),
                                    shown,
                                    kind.where())
                            .suggest("'%s' lists those there are.", kind.list());
            default ->
                    throw OxException.of(
                                    ErrorCode.INVALID_ARGUMENT,
                                    "'%s' could be any of %d %ss",
                                    shown,
                                    matches.size(),
                                    kind.name())
                            .suggest("Give more of the id; '%s' lists them.", kind.list());
        };
    }

    private boolean isPartOf(String id) {
        return id.startsWith(body) || id.endsWith(body);
    }
}
