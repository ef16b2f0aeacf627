package dev.oxbow.testing;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which turn a request gets, and how often the faults of a conversation have happened. Everything
 * else follows from the request itself. Safe for concurrent use.
 */
final class Conversations {
    private static final int MOST = 10_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Integer> faults =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
                    return size() > MOST;
                }
            };

    /** A place in a script. */
    record Place(int scenario, int turn) {}

    /** What names the conversation of a request. */
    static String key(Exchange exchange) {
        return exchange.session()
                .orElseGet(() ->
                        "prompt-" + Credentials.digest(exchange.firstPrompt()).substring(0, 16));
    }

    /** The turn that comes next; the last one repeats when the script has no more. */
    static Place next(Script script, Exchange exchange) {
        Place place =
                exchange.results().isEmpty()
                        ? new Place(script.scenarioFor(exchange.prompt()), 0)
                        : CallId.parse(exchange.results().getLast().callId())
                                .filter(id -> id.scenario() < script.scenarios().size())
                                .map(id -> new Place(id.scenario(), id.turn() + 1))
                                .orElseGet(() ->
                                        new Place(
                                                script.scenarioFor(exchange.prompt()),
                                                exchange.results().size()));
        int last = Turn.of(script.scenarios().get(place.scenario()).steps()).size() - 1;
        return new Place(place.scenario(), Math.min(place.turn(), last));
    }

    /** The turn at a place with the faults that are due now; counts them as happened. */
    Turn take(Script script, Place place, String conversation) {
        Turn turn = Turn.of(script.scenarios().get(place.scenario()).steps()).get(place.turn());
        lock.lock();
        try {
            boolean[] struck = new boolean[1];
            int[] position = new int[1];
            return turn.without(step -> {
                int at = position[0]++;
                if (!(step instanceof Step.Fault fault)) {
                    return false;
                }
                // One fault at a time: the next one waits until this one is used up.
                if (struck[0]) {
                    return true;
                }
                String key =
                        "%s/%d/%d/%d".formatted(conversation, place.scenario(), place.turn(), at);
                int happened = faults.merge(key, 1, Integer::sum);
                boolean over = fault.times() > 0 && happened > fault.times();
                struck[0] = !over;
                return over;
            });
        } finally {
            lock.unlock();
        }
    }
}
