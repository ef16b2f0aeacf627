package dev.oxbow.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The answer to one request.
 *
 * @param steps in order; at most one tool, which is the last
 */
record Turn(List<Step> steps) {
    Turn {
        steps = List.copyOf(steps);
    }

    /** Cuts a list of steps into turns; never empty, the last one has no tool. */
    static List<Turn> of(List<Step> steps) {
        List<Turn> turns = new ArrayList<>();
        List<Step> current = new ArrayList<>();
        for (Step step : steps) {
            current.add(step);
            if (step instanceof Step.Tool) {
                turns.add(new Turn(current));
                current = new ArrayList<>();
            }
        }
        turns.add(new Turn(current));
        return List.copyOf(turns);
    }

    Optional<Step.Tool> tool() {
        return all(Step.Tool.class).findFirst();
    }

    Usage usage() {
        return all(Step.Report.class)
                .map(Step.Report::usage)
                .reduce(Usage.DEFAULT, (first, last) -> last);
    }

    /** The turn as it is written down: a turn with nothing to say and nothing to do says so. */
    Turn spoken() {
        boolean speaks =
                steps.stream().anyMatch(s -> s instanceof Step.Say || s instanceof Step.Tool);
        if (speaks) {
            return this;
        }
        List<Step> filled = new ArrayList<>(steps);
        filled.add(new Step.Say("Done.", 1, Duration.ZERO));
        return new Turn(filled);
    }

    <T extends Step> Stream<T> all(Class<T> type) {
        return steps.stream().filter(type::isInstance).map(type::cast);
    }

    /** The same without the steps that {@code unwanted} names. */
    Turn without(Predicate<Step> unwanted) {
        return new Turn(steps.stream().filter(unwanted.negate()).toList());
    }
}
