package dev.oxbow.environment;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * One thing that the doctor looked at.
 *
 * @param name what it is, for people
 * @param slug the same for machines: lower case, digits and dashes; unique in a report
 * @param status how it stands
 * @param fixLevel how it could be put right
 * @param message one line: the version found, or what is wrong
 * @param detail one line: what to do; empty if nothing
 */
@JsonPropertyOrder({"name", "slug", "status", "fix_level", "message", "detail"})
public record Check(
        String name,
        String slug,
        Status status,
        @JsonProperty("fix_level") FixLevel fixLevel,
        String message,
        String detail) {

    /** How a thing stands. */
    public enum Status {
        /** In order. */
        PASSED,
        /** Usable, but something is less than it could be. */
        WARNING,
        /** Something that is needed is missing or broken. */
        FAILED,
        /** Not looked at, because it does not apply here. */
        SKIPPED;

        /** The word in JSON. */
        @JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How a thing can be put right. */
    public enum FixLevel {
        /** By the user; {@code detail} says how. */
        CHECK_ONLY,
        /** By itself. */
        AUTO,
        /** By {@code --fix}. */
        SUGGESTED,
        /** By {@code --fix}, after a confirmation. */
        CONFIRM;

        /** The word in JSON. */
        @JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** A check that the user puts right; the slug follows from the name. */
    public static Check of(String name, Status status, String message, String detail) {
        return new Check(name, slugOf(name), status, FixLevel.CHECK_ONLY, message, detail);
    }

    private static String slugOf(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    }
}
