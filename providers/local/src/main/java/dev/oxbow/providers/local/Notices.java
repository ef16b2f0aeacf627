package dev.oxbow.providers.local;

import dev.oxbow.base.Deadline;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What the launcher and the supervisors say of what they do, for whoever waits for it now.
 *
 * <p>A notice saves the waiter from looking again and again; it is never the only trace. Whoever
 * waits looks for himself before he waits and from time to time: what another {@code ox} has
 * started tells that one, and a notice for which there is no room is dropped. Safe for concurrent
 * use.
 */
final class Notices {
    /** What to be told of. */
    enum Topic {
        /** What the launcher can bind its children to. */
        CONFINED,
        /** Walls stand or could not be built. */
        BUILT,
        /** A supervisor has everything in place. */
        STARTED,
        /** A supervisor has written down the end of its process. */
        ENDED,
        /** Work on layers is done or has failed. */
        LAYERED;

        private String key(String id) {
            return name().toLowerCase(java.util.Locale.ROOT) + " " + id;
        }
    }

    private static final int MOST_UNHEARD = 16;

    private final Map<String, Set<Ear>> ears = new ConcurrentHashMap<>();
    private final Map<String, Consumer<String>> firsts = new ConcurrentHashMap<>();

    /** Reads the notices of one launcher until its last word, on a thread of their own. */
    void follow(InputStream from) {
        Thread.ofPlatform().name("oxbow-notices").daemon().start(() -> read(from));
    }

    private void read(InputStream from) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            while (line != null && !line.equals("bye")) {
                tell(line);
                line = lines.readLine();
            }
        } catch (IOException closed) {
            // Those who wait look for themselves.
        }
    }

    private void tell(String line) {
        String[] words = line.split(" ", 3);
        if (words.length > 1) {
            String key = words[0] + " " + words[1];
            String rest = words.length > 2 ? words[2] : "";
            ears.getOrDefault(key, Set.of()).forEach(ear -> ear.hear(rest));
            Optional.ofNullable(firsts.remove(key)).ifPresent(who -> who.accept(rest));
        }
    }

    /** Hears what is said from now on, until closed. */
    Ear listen(Topic topic, String id) {
        Ear ear = new Ear(topic.key(id));
        ears.compute(
                ear.key,
                (_, others) -> {
                    Set<Ear> all = others == null ? ConcurrentHashMap.newKeySet() : others;
                    all.add(ear);
                    return all;
                });
        return ear;
    }

    /** Has the first notice of its kind handed to somebody, who must not wait for anything. */
    void once(Topic topic, String id, Consumer<String> who) {
        firsts.put(topic.key(id), who);
    }

    /** Somebody who listens; for one thread. */
    final class Ear implements AutoCloseable {
        private final String key;
        private final BlockingQueue<String> heard = new ArrayBlockingQueue<>(MOST_UNHEARD);

        private Ear(String key) {
            this.key = key;
        }

        private void hear(String rest) {
            boolean unusedDroppedIfFull = heard.offer(rest);
        }

        /** Waits for a notice, not beyond the deadline or that many nanoseconds. */
        Optional<String> await(Deadline deadline, long nanos) throws InterruptedException {
            long limit = Math.max(0, Math.min(nanos, deadline.remainingNanos()));
            return Optional.ofNullable(heard.poll(limit, TimeUnit.NANOSECONDS));
        }

        @Override
        public void close() {
            ears.computeIfPresent(
                    key,
                    (_, all) -> {
                        all.remove(this);
                        return all.isEmpty() ? null : all;
                    });
        }
    }
}
