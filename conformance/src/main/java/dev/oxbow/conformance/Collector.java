package dev.oxbow.conformance;

import dev.oxbow.conformance.ConformanceReport.Group;
import dev.oxbow.conformance.ConformanceReport.Outcome;
import dev.oxbow.conformance.ConformanceReport.Test;
import dev.oxbow.sandbox.kit.LeftOut;
import dev.oxbow.sandbox.kit.ProviderContract;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.opentest4j.TestAbortedException;

/** Hears how each test ended and keeps it by group. Called by one thread at a time. */
final class Collector implements TestExecutionListener {
    private final Consumer<Group> ended;
    private final Map<String, List<Test>> tests = new LinkedHashMap<>();
    private final Map<String, Long> begun = new HashMap<>();
    private final Map<String, Set<String>> refusals = new HashMap<>();
    private final Set<String> proven = new TreeSet<>();
    private Optional<TestPlan> plan = Optional.empty();

    /** Tells of each group when its last test has ended. */
    Collector(Consumer<Group> ended) {
        this.ended = ended;
    }

    /** All groups so far. */
    synchronized List<Group> groups() {
        return tests.keySet().stream().map(this::group).toList();
    }

    /** Flags of the capabilities whose refusal a test has proven. */
    synchronized Set<String> provenRefusals() {
        return Set.copyOf(proven);
    }

    private Group group(String name) {
        return Group.of(name, tests.getOrDefault(name, List.of()));
    }

    @Override
    public synchronized void testPlanExecutionStarted(TestPlan whole) {
        plan = Optional.of(whole);
    }

    @Override
    public synchronized void executionStarted(TestIdentifier test) {
        begun.put(test.getUniqueId(), System.nanoTime());
    }

    @Override
    public synchronized void reportingEntryPublished(TestIdentifier test, ReportEntry entry) {
        String flag = entry.getKeyValuePairs().get(ProviderContract.REFUSAL);
        if (flag != null) {
            refusals.computeIfAbsent(test.getUniqueId(), _ -> new TreeSet<>()).add(flag);
        }
    }

    @Override
    public synchronized void executionSkipped(TestIdentifier test, String reason) {
        add(test, Outcome.SKIPPED, reason);
    }

    @Override
    public synchronized void executionFinished(TestIdentifier test, TestExecutionResult result) {
        Optional<Throwable> thrown = result.getThrowable();
        Outcome outcome =
                switch (result.getStatus()) {
                    case SUCCESSFUL -> Outcome.PASSED;
                    case FAILED -> Outcome.FAILED;
                    case ABORTED -> leftOut(thrown);
                };
        if (test.isTest() || outcome != Outcome.PASSED) {
            add(test, outcome, thrown.map(Collector::text).orElse(""));
        }
        if (outcome == Outcome.PASSED) {
            proven.addAll(refusals.getOrDefault(test.getUniqueId(), Set.of()));
        }
        if (!test.isTest() && isGroup(test)) {
            groupOf(test).map(this::group).ifPresent(ended);
        }
    }

    private static Outcome leftOut(Optional<Throwable> thrown) {
        if (thrown.orElse(null) instanceof LeftOut why) {
            return switch (why.reason()) {
                case DECLARED_LACK -> Outcome.LACK;
                case NOTHING_TO_REFUSE -> Outcome.NOT_APPLICABLE;
            };
        }
        return Outcome.SKIPPED;
    }

    private static String text(Throwable thrown) {
        String message = String.valueOf(thrown.getMessage()).strip();
        return thrown instanceof TestAbortedException || thrown instanceof AssertionError
                ? message
                : thrown.getClass().getSimpleName() + ": " + message;
    }

    private void add(TestIdentifier test, Outcome outcome, String message) {
        String group = groupOf(test).orElse("Kit");
        long now = System.nanoTime();
        long nanos = now - begun.getOrDefault(test.getUniqueId(), now);
        tests.computeIfAbsent(group, _ -> new ArrayList<>())
                .add(
                        new Test(
                                group + "." + idOf(test),
                                nameOf(test),
                                outcome,
                                nanos / 1_000_000,
                                message));
    }

    private static String idOf(TestIdentifier test) {
        String method =
                test.getSource()
                        .filter(MethodSource.class::isInstance)
                        .map(source -> ((MethodSource) source).getMethodName())
                        .orElse("setup");
        String last = test.getUniqueIdObject().getLastSegment().getValue();
        return last.startsWith("#") ? method + "[" + last.substring(1) + "]" : method;
    }

    /** The name of the method, as the sentence that it is. */
    private static String nameOf(TestIdentifier test) {
        String method = idOf(test).replaceAll("\\[.*", "");
        String words =
                method.replaceAll("([a-z0-9])([A-Z])", "$1 $2")
                        .replace('_', ' ')
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("^([fse][0-9]{2}) ", "$1: ");
        boolean oneOfSeveral = test.getUniqueIdObject().getLastSegment().getValue().startsWith("#");
        return oneOfSeveral ? words + " (" + test.getDisplayName() + ")" : words;
    }

    private boolean isGroup(TestIdentifier container) {
        return container.getSource().flatMap(Collector::group).isPresent();
    }

    private Optional<String> groupOf(TestIdentifier test) {
        Optional<TestIdentifier> at = Optional.of(test);
        while (at.isPresent()) {
            Optional<String> name = at.get().getSource().flatMap(Collector::group);
            if (name.isPresent()) {
                return name;
            }
            TestIdentifier here = at.get();
            at = plan.flatMap(whole -> whole.getParent(here));
        }
        return Optional.empty();
    }

    private static Optional<String> group(TestSource source) {
        return source instanceof ClassSource type
                ? CandidateKit.groupOf(type.getJavaClass())
                : Optional.empty();
    }
}
