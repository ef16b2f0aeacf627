package dev.oxbow.egress;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * What may be reached; everything else is denied. Exact rules are looked at before wildcards.
 *
 * @param rules without duplicates
 */
public record EgressPolicy(List<EgressRule> rules) {
    /** Nothing may be reached. */
    public static final EgressPolicy DENY_ALL = new EgressPolicy(List.of());

    /** Drops duplicates. */
    public EgressPolicy {
        rules = List.copyOf(new LinkedHashSet<>(rules));
    }

    /**
     * Reads the value of {@code --network}: {@code none}, or rules separated by commas.
     *
     * @throws dev.oxbow.base.OxException {@code INVALID_ARGUMENT} for anything else
     */
    public static EgressPolicy parse(String text) {
        if (text.equals("none")) {
            return DENY_ALL;
        }
        List<EgressRule> rules = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            rules.add(EgressRule.parse(part.strip()));
        }
        return new EgressPolicy(rules);
    }

    /** The same with one rule more. */
    public EgressPolicy and(EgressRule rule) {
        List<EgressRule> all = new ArrayList<>(rules);
        all.add(rule);
        return new EgressPolicy(all);
    }

    /** The rule that a host and port fall under. */
    Optional<EgressRule> ruleFor(Host host, int port) {
        return rules.stream()
                .filter(rule -> rule.covers(host, port))
                // A local exact rule wins over everything, an exact one over a wildcard.
                .min(
                        Comparator.comparing((EgressRule rule) -> rule.host().startsWith("*."))
                                .thenComparing(rule -> !rule.local()));
    }
}
