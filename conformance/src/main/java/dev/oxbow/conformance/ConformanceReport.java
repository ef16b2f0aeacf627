package dev.oxbow.conformance;

import dev.oxbow.sandbox.Finding;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a provider was found to be. Its JSON is a contract, described in {@code docs/providers.md}:
 * fields are added, never renamed.
 *
 * @param schema version of this shape, 1
 * @param oxbow version of Oxbow whose kit this was
 * @param provider name of the provider
 * @param tier what walls it claims
 * @param machine where it was tested
 * @param startedAt when the first test began
 * @param endedAt when the last test ended
 * @param cancelled whether it was stopped before all tests had run
 * @param examination what the provider said of its parts beforehand
 * @param capabilities every capability that there is, offered or not
 * @param groups the tests, in groups
 */
public record ConformanceReport(
        int schema,
        String oxbow,
        String provider,
        String tier,
        Machine machine,
        Instant startedAt,
        Instant endedAt,
        boolean cancelled,
        List<Finding> examination,
        List<Claim> capabilities,
        List<Group> groups) {

    /** Copies the lists. */
    public ConformanceReport {
        examination = List.copyOf(examination);
        capabilities = List.copyOf(capabilities);
        groups = List.copyOf(groups);
    }

    /** All tests of all groups, as if they were one. */
    Group all() {
        return Group.of("all", groups.stream().flatMap(group -> group.tests().stream()).toList());
    }

    /** An earlier report with the groups of this one in the place of its own. */
    ConformanceReport over(ConformanceReport earlier) {
        Set<String> fresh = groups.stream().map(Group::name).collect(Collectors.toSet());
        Set<String> proven =
                Stream.concat(capabilities.stream(), earlier.capabilities.stream())
                        .filter(Claim::refusalProven)
                        .map(Claim::name)
                        .collect(Collectors.toSet());
        return new ConformanceReport(
                schema,
                oxbow,
                provider,
                tier,
                machine,
                startedAt,
                endedAt,
                cancelled,
                examination,
                capabilities.stream()
                        .map(c ->
                                new Claim(
                                        c.name(),
                                        c.offered(),
                                        !c.offered() && proven.contains(c.name())))
                        .toList(),
                Stream.concat(
                                earlier.groups.stream().filter(g -> !fresh.contains(g.name())),
                                groups.stream())
                        .sorted(Comparator.comparing(Group::name))
                        .toList());
    }

    /** Whether it came to its end and nothing failed; what is lacking has not failed. */
    boolean holds() {
        Group all = all();
        return !cancelled && all.failed() == 0 && all.passed() + all.lacks() > 0;
    }

    /**
     * The machine and the user.
     *
     * @param system name and version of the kernel
     * @param arch processor
     * @param processors how many there are
     * @param memoryBytes its memory; empty if it cannot be read
     * @param java version of Java
     * @param root whether the test ran as root
     */
    public record Machine(
            String system,
            String arch,
            int processors,
            Optional<Long> memoryBytes,
            String java,
            boolean root) {}

    /**
     * What the provider says of one capability.
     *
     * @param name its flag
     * @param offered whether it is claimed
     * @param refusalProven whether a test saw it refused cleanly; only of those not offered
     */
    public record Claim(String name, boolean offered, boolean refusalProven) {}

    /**
     * Tests of one subject.
     *
     * @param name of the group
     * @param passed how many tests hold
     * @param failed how many do not
     * @param lacks how many did not run because of a declared lack
     * @param skipped how many did not run for another reason
     * @param durationMs sum over its tests
     * @param tests in the order in which they ended
     */
    public record Group(
            String name,
            int passed,
            int failed,
            int lacks,
            int skipped,
            long durationMs,
            List<Test> tests) {
        /** Copies the list. */
        public Group {
            tests = List.copyOf(tests);
        }

        static Group of(String name, List<Test> tests) {
            return new Group(
                    name,
                    count(tests, Outcome.PASSED),
                    count(tests, Outcome.FAILED),
                    count(tests, Outcome.LACK),
                    count(tests, Outcome.SKIPPED),
                    tests.stream().mapToLong(Test::durationMs).sum(),
                    tests);
        }

        private static int count(List<Test> tests, Outcome outcome) {
            return (int) tests.stream().filter(test -> test.outcome() == outcome).count();
        }
    }

    /**
     * One test.
     *
     * @param id constant over versions
     * @param name what it proves, in words
     * @param outcome how it ended
     * @param durationMs how long it took
     * @param message why it failed or did not run; empty if it passed
     */
    public record Test(String id, String name, Outcome outcome, long durationMs, String message) {}

    /** How a test ended. */
    public enum Outcome {
        /** It holds. */
        PASSED,
        /** It does not. */
        FAILED,
        /** Not run: the provider declares that it lacks what is tested. */
        LACK,
        /** Not run: a test of a refusal where there is nothing to refuse. */
        NOT_APPLICABLE,
        /** Not run, for another reason, such as a tool that is missing here. */
        SKIPPED;

        /** The name in JSON and tables. */
        @com.fasterxml.jackson.annotation.JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
