package dev.oxbow.bench;

import dev.oxbow.bench.peer.Peer;
import dev.oxbow.providers.local.LocalConfig;
import dev.oxbow.providers.local.LocalProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * From nothing to a sandbox that answers, in the three modes of ComputeSDK's benchmarks: one after
 * the other, one every 200 ms, and 100 at once.
 */
final class CreateRaces implements Part {
    private static final int MANY = 100;
    private static final Duration STAGGER = Duration.ofMillis(200);
    private static final String METHOD =
            "from the call of `create` to the first byte that `echo ready` in the new sandbox"
                + " wrote, the end of the command checked, removal not timed; peers: from the start"
                + " of their program to the same byte, the sandbox being gone with its command.";

    @Override
    public List<Row> run(Course course) throws Exception {
        List<Row> rows = new ArrayList<>();
        try (LocalProvider provider = new LocalProvider(LocalConfig.of(course.folder()))) {
            OurStarts ours = new OurStarts(provider, "echo ready");
            rows.add(sequential(course, ours));
            rows.add(node(course, provider));
            rows.add(staggered(course, ours));
            rows.addAll(burst(course, ours));
        }
        return rows;
    }

    private static Row sequential(Course course, OurStarts ours) {
        Race race =
                new Race(
                        "create → first command output, one after the other",
                        "sequential",
                        METHOD,
                        Target.medianAndTail(15, 60),
                        Unit.TTI,
                        3,
                        course.rounds(100),
                        course.patience());
        List<Subject> subjects = new ArrayList<>();
        subjects.add(new OneStart(ours));
        course.peers().all().stream()
                .filter(peer -> peer.missing().isEmpty())
                .forEach(peer -> subjects.add(new OneStart(new PeerStarts(peer))));
        return withMissing(race.run(subjects, course.progress()), course.peers().all());
    }

    private static Row node(Course course, LocalProvider provider) {
        Race race =
                new Race(
                        "create → first output of `node -v`, one after the other",
                        "sequential-node",
                        "as above with ComputeSDK's command; beside it the same command bare.",
                        Target.NONE,
                        Unit.TTI,
                        2,
                        course.rounds(30),
                        course.patience());
        return race.run(
                List.of(
                        new OneStart(new OurStarts(provider, "node -v")),
                        new OneStart(new BareStarts("node -v"))),
                course.progress());
    }

    private static Row staggered(Course course, OurStarts ours) throws Exception {
        int many = course.either(MANY, 10);
        return new Row(
                many + " creates, one every 200 ms",
                "staggered",
                "each as above, begun 200 ms after the one before whether that is ready or not.",
                course.ofTheWhole(Target.tail(80)),
                waves(
                        course,
                        ours,
                        List.of(course.peers().bubblewrap(), course.peers().docker()),
                        many,
                        STAGGER,
                        1));
    }

    private static List<Row> burst(Course course, OurStarts ours) throws Exception {
        int many = course.either(MANY, 20);
        List<Samples> each =
                waves(course, ours, course.peers().all(), many, Duration.ZERO, course.either(5, 2));
        return List.of(
                new Row(
                        many + " creates at once, all of them",
                        "burst-wall",
                        "from the first call to the last answer, one thread each; one failure fails"
                            + " the burst. A peer takes part in as many bursts as its time allows.",
                        course.ofTheWhole(Target.median(1000)),
                        each.stream().map(Waves::wallClocks).toList()),
                new Row(
                        many + " creates at once, each of them",
                        "burst",
                        "as one after the other, but all begun together.",
                        Target.NONE,
                        each));
    }

    /** Waves of ours, then of each peer for as long as the patience with it lasts. */
    private static List<Samples> waves(
            Course course, OurStarts ours, List<Peer> peers, int many, Duration stagger, int waves)
            throws InterruptedException {
        List<Samples> samples = new ArrayList<>();
        samples.add(Waves.run(ours, many, stagger, waves, Duration.ofMinutes(1), course));
        for (Peer peer : peers) {
            samples.add(
                    peer.missing().isPresent()
                            ? missing(peer, Unit.TTI)
                            : Waves.run(
                                    new PeerStarts(peer),
                                    many,
                                    stagger,
                                    waves,
                                    course.patience(),
                                    course));
        }
        return samples;
    }

    private static Samples missing(Peer peer, Unit unit) {
        return Samples.missing(peer.name(), peer.tier(), unit, peer.missing().orElseThrow());
    }

    /** The row with a line for each that is not to be had. */
    static Row withMissing(Row row, List<Peer> peers) {
        List<Samples> all = new ArrayList<>(row.samples());
        Unit unit = all.getFirst().unit();
        peers.stream().filter(p -> p.missing().isPresent()).forEach(p -> all.add(missing(p, unit)));
        return new Row(row.title(), row.mode(), row.method(), row.target(), all);
    }

    /** One start at a time. */
    private static final class OneStart implements Subject {
        private final Starts starts;
        private Optional<Starts.Start> start = Optional.empty();

        OneStart(Starts starts) {
            this.starts = starts;
        }

        @Override
        public String name() {
            return starts.name();
        }

        @Override
        public String tier() {
            return starts.tier();
        }

        @Override
        public void before() {
            start = Optional.of(starts.next());
        }

        @Override
        public void once() throws Exception {
            start.orElseThrow().untilOutput();
        }

        @Override
        public void verify() throws Exception {
            start.orElseThrow().verify();
        }

        @Override
        public void after() throws Exception {
            start.orElseThrow().remove();
        }
    }
}
