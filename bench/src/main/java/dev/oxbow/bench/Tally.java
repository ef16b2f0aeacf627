package dev.oxbow.bench;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** What was done so far, by any number of threads. */
final class Tally {
    private final AtomicInteger done = new AtomicInteger();
    private final Map<String, Integer> counts = new ConcurrentHashMap<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final Set<String> sandboxes = ConcurrentHashMap.newKeySet();

    /** A sandbox of that id is about to be made. */
    void making(String sandbox) {
        sandboxes.add(sandbox);
    }

    void did(String kind) {
        counts.merge(kind, 1, Integer::sum);
        done.incrementAndGet();
    }

    void failed(String kind, Exception why) {
        failures.add(kind + ": " + why);
        done.incrementAndGet();
    }

    /** How many were done so far, failed ones included. */
    int done() {
        return done.get();
    }

    /** How often each kind of work was done. */
    Map<String, Integer> counts() {
        return new TreeMap<>(counts);
    }

    /** What failed; nothing is repeated. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    /** Ids of the sandboxes that were ever made. */
    Set<String> sandboxes() {
        return Set.copyOf(sandboxes);
    }
}
