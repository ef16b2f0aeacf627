package dev.oxbow.environment;

import java.util.List;

/** Checks that belong together, such as {@code Walls} or {@code Agents}. */
public record Category(String name, List<Check> checks) {
    /** Copies the list. */
    public Category {
        checks = List.copyOf(checks);
    }
}
