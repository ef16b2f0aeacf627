package dev.oxbow.sandbox;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Names and values tied to a sandbox, by which it is found again.
 *
 * @param values name → value; both 1 to 63 characters of {@code [A-Za-z0-9_.-]} (the narrowest rule
 *     of all providers), a value may also be empty
 */
public record Labels(@JsonValue Map<String, String> values) {
    /** No label. */
    public static final Labels NONE = new Labels(Map.of());

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,63}");
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_.-]{0,63}");

    /** Checks names and values. */
    @JsonCreator
    public Labels {
        values.forEach((name, value) -> {
            if (!NAME.matcher(name).matches() || !VALUE.matcher(value).matches()) {
                throw OxException.of(
                        ErrorCode.INVALID_SANDBOX_CONFIG,
                        "label %s=%s: at most 63 characters of A-Z a-z 0-9 _ . -",
                        name,
                        value);
            }
        });
        values = Map.copyOf(values);
    }

    /** Labels from alternating names and values. */
    public static Labels of(String... namesAndValues) {
        SortedMap<String, String> map = new TreeMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return new Labels(map);
    }

    /** Whether every label of the selector is here with the same value. */
    public boolean matches(Labels selector) {
        return values.entrySet().containsAll(selector.values.entrySet());
    }

    /** These labels with one added or replaced. */
    public Labels with(String name, String value) {
        SortedMap<String, String> map = new TreeMap<>(values);
        map.put(name, value);
        return new Labels(map);
    }
}
