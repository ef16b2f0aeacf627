package dev.oxbow.bench;

import dev.oxbow.bench.peer.Peer;
import dev.oxbow.providers.local.LocalConfig;
import dev.oxbow.providers.local.LocalProvider;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.Sandbox;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What many sandboxes cost that do nothing, and how long it takes to find them again. */
final class IdleFigures implements Part {
    private static final double MEBIBYTE = 1 << 20;

    /** Containers of a peer; their cost does not depend on how many there are. */
    private static final int FEW = 10;

    private static final String NAME = "oxbow-bench-idle";

    @Override
    public List<Row> run(Course course) throws Exception {
        Path data = course.folder().resolve("data");
        List<Row> rows = new ArrayList<>();
        List<Samples> peers = peers(course);
        try (Child crowd = Child.start(Crowd.class, data.toString())) {
            crowd.expect("open");
            crowd.ask("grow 1", "done");
            Memory before = Memory.of(data, crowd);
            int few = course.either(100, 10);
            int many = course.either(1000, 30);
            for (int count : List.of(few, many)) {
                course.progress().printf("%d idle sandboxes%n", count);
                crowd.ask("grow " + count, "done");
                rows.add(memory(count, before, Memory.of(data, crowd), peers));
            }
            course.progress().printf("%d readers%n", many);
            crowd.ask("watch", "done");
            rows.add(keeper(course, many, crowd));
            int terminals = course.either(200, 10);
            course.progress().printf("%d terminals%n", terminals);
            rows.add(terminals(course, terminals, crowd));
            crowd.kill();
            rows.add(restart(course, data, many));
        } finally {
            course.progress().printf("removing them%n");
            removeAll(data);
        }
        return rows;
    }

    /**
     * Memory at one moment, in bytes.
     *
     * @param sandboxes of the processes of the sandboxes and of our helpers outside
     * @param keeper resident, of the Java that keeps them
     * @param available what the machine could still give
     */
    private record Memory(long sandboxes, long keeper, long available) {
        static Memory of(Path data, Child crowd) throws IOException {
            return new Memory(
                    Family.proportionalBytes(Family.of(data, data.toString(), crowd.handle())),
                    Family.residentBytes(crowd.handle().pid()),
                    Family.availableBytes());
        }
    }

    private static Row memory(int count, Memory before, Memory after, List<Samples> peers) {
        List<Samples> samples = new ArrayList<>();
        samples.add(
                one(
                        "oxbow, its processes",
                        "namespace",
                        (after.sandboxes() - before.sandboxes()) / MEBIBYTE / (count - 1)));
        samples.add(
                one(
                        "oxbow, the whole machine",
                        "namespace",
                        (before.available() - after.available()) / MEBIBYTE / (count - 1)));
        samples.addAll(peers);
        return new Row(
                "memory of an idle sandbox, " + count + " of them",
                "idle-memory-" + count,
                "growth of the proportional set size (PSS) of all processes outside the Java that"
                    + " keeps them, by sandbox; the whole machine: of what /proc/meminfo says is"
                    + " available, with what the kernel and that Java take, exact only on a quiet"
                    + " machine. Peers: "
                        + FEW
                        + " that sleep.",
                Target.most(5),
                samples);
    }

    private static Samples one(String name, String tier, double value) {
        return Samples.of(name, tier, Unit.MEBIBYTES, new double[] {value}, List.of());
    }

    private static List<Samples> peers(Course course) throws Exception {
        List<Samples> samples = new ArrayList<>();
        List<Peer> all = new ArrayList<>(course.peers().joinable());
        all.addFirst(course.peers().bubblewrap());
        Path folder = course.folder().resolveSibling("peers");
        for (Peer peer : all) {
            if (peer.missing().isPresent()) {
                samples.add(
                        Samples.missing(
                                peer.name(), peer.tier(), Unit.MEBIBYTES, peer.missing().get()));
                continue;
            }
            Peer.Standing standing = peer.standing().orElseThrow();
            List<String> ids = new ArrayList<>();
            try {
                standing.start(NAME);
                ids.add(NAME);
                long before = theirs(folder);
                for (int i = 0; i < FEW; i++) {
                    standing.start(NAME + "-" + i);
                    ids.add(NAME + "-" + i);
                }
                samples.add(
                        one(peer.name(), peer.tier(), (theirs(folder) - before) / MEBIBYTE / FEW));
            } finally {
                for (String id : ids) {
                    standing.stop(id);
                }
            }
        }
        return samples;
    }

    private static long theirs(Path folder) {
        Set<Long> all = Family.of(folder, NAME, ProcessHandle.current());
        return Family.proportionalBytes(all);
    }

    private static Row keeper(Course course, int count, Child crowd) {
        return new Row(
                "Java that keeps " + count + " sandboxes and reads " + count + " streams",
                "keeper-memory",
                "resident memory of that process after a collection, with the settings of `ox`.",
                course.ofTheWhole(Target.most(512)),
                List.of(
                        one(
                                "oxbow",
                                "namespace",
                                Family.residentBytes(crowd.handle().pid()) / MEBIBYTE)));
    }

    private static Row terminals(Course course, int count, Child crowd) throws IOException {
        double heap = crowd.number("terminals " + count) / MEBIBYTE;
        return new Row(
                "heap of that Java with " + count + " live terminals more",
                "terminals-memory",
                "used heap after a collection, the sandboxes and readers before included; each"
                        + " terminal runs `cat` and has a reader.",
                course.ofTheWhole(Target.most(256)),
                List.of(one("oxbow", "namespace", heap)));
    }

    private static Row restart(Course course, Path data, int count) {
        List<Double> found = new ArrayList<>();
        List<Double> read = new ArrayList<>();
        List<Double> answered = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        int rounds = course.either(5, 2);
        for (int round = 0; round < rounds; round++) {
            try (Child next =
                    Child.start(Recovery.class, data.toString(), Integer.toString(count))) {
                found.add(next.after("found"));
                read.add(next.after("read"));
                answered.add(next.after("answered"));
            } catch (IOException e) {
                course.progress().printf("  failed: %s%n", e);
                failures.add(String.valueOf(e.getMessage()));
            }
        }
        return new Row(
                "restart: " + count + " sandboxes and their streams",
                "restart-crowd",
                "their keeper is killed (kill -9); from the start of a new Java to every record and"
                        + " living command found, and every stream read from its first byte and"
                        + " compared; the last line also has every command answer to its input.",
                course.ofTheWhole(Target.most(5000)),
                List.of(
                        times("oxbow, found and read", read, failures),
                        times("oxbow, found", found, failures),
                        times("oxbow, found, read and answered", answered, failures)));
    }

    private static Samples times(String name, List<Double> values, List<String> failures) {
        return Samples.of(
                name,
                "namespace",
                Unit.MILLIS,
                values.stream().mapToDouble(Double::doubleValue).toArray(),
                failures);
    }

    private static void removeAll(Path data) throws Exception {
        try (LocalProvider provider = new LocalProvider(LocalConfig.of(data))) {
            List<Sandbox> left = provider.list(Labels.NONE);
            List<Boolean> unusedDone =
                    Crowd.each(
                            left,
                            sandbox -> {
                                provider.destroy(sandbox.id());
                                return true;
                            });
        }
    }
}
