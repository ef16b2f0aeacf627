package dev.oxbow.testing;

import dev.oxbow.base.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/** What a server received. Safe for concurrent use. */
final class RequestLog {
    private static final int MOST = 10_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final List<RecordedRequest> requests = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private int count;

    RecordedRequest add(IntFunction<RecordedRequest> numbered) {
        lock.lock();
        try {
            RecordedRequest request = numbered.apply(++count);
            if (requests.size() == MOST) {
                requests.removeFirst();
            }
            requests.add(request);
            arrived.signalAll();
            return request;
        } finally {
            lock.unlock();
        }
    }

    void violated(String sentence) {
        lock.lock();
        try {
            if (violations.size() < MOST) {
                violations.add(sentence);
            }
        } finally {
            lock.unlock();
        }
    }

    List<RecordedRequest> requests() {
        lock.lock();
        try {
            return List.copyOf(requests);
        } finally {
            lock.unlock();
        }
    }

    List<String> violations() {
        lock.lock();
        try {
            return List.copyOf(violations);
        } finally {
            lock.unlock();
        }
    }

    Optional<RecordedRequest> await(Predicate<RecordedRequest> wanted, Deadline deadline)
            throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                Optional<RecordedRequest> found = requests.stream().filter(wanted).findFirst();
                long nanos = deadline.remainingNanos();
                if (found.isPresent() || nanos <= 0) {
                    return found;
                }
                boolean unusedSignal = arrived.await(nanos, TimeUnit.NANOSECONDS);
            }
        } finally {
            lock.unlock();
        }
    }
}
