package dev.oxbow.environment;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * What was found out about one capability, and how.
 *
 * @param value the finding
 * @param source what spoke
 * @param rule the variable or rule that fired, such as {@code OX_PERSIST_DISK} or {@code probe}
 * @param detail one line for people; empty if the rule says it all
 */
@JsonPropertyOrder({"value", "source", "rule", "detail"})
public record Answer<T>(T value, Source source, String rule, String detail) {

    /** What spoke, the strongest first. */
    public enum Source {
        /** The machine cannot do it, whatever anybody says. */
        PHYSICAL,
        /** The variable of this one capability. */
        OVERRIDE,
        /** {@code OX_EPHEMERAL}, or the same in the user's configuration. */
        EPHEMERAL,
        /** What is known of the platform. */
        PLATFORM,
        /** A look at the machine. */
        PROBE;

        /** The word in JSON. */
        @JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static <T> Answer<T> override(T value, String variable) {
        return new Answer<>(value, Source.OVERRIDE, variable, "");
    }

    static <T> Answer<T> platform(T value, String variable) {
        return new Answer<>(value, Source.PLATFORM, variable, "");
    }

    static <T> Answer<T> probe(T value, String detail) {
        return new Answer<>(value, Source.PROBE, "probe", detail);
    }

    static <T> Answer<T> physical(T value, String what) {
        return new Answer<>(value, Source.PHYSICAL, "physical: " + what, "");
    }
}
