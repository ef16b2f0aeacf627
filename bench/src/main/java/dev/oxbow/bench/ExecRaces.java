package dev.oxbow.bench;

import dev.oxbow.base.SandboxId;
import dev.oxbow.bench.peer.Command;
import dev.oxbow.bench.peer.Peer;
import dev.oxbow.providers.local.LocalConfig;
import dev.oxbow.providers.local.LocalProvider;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxSpec;
import java.util.ArrayList;
import java.util.List;

/** A command in a sandbox that stands already. */
final class ExecRaces implements Part {
    private static final String ID = "oxbow-bench-exec";

    @Override
    public List<Row> run(Course course) throws Exception {
        try (LocalProvider provider = new LocalProvider(LocalConfig.of(course.folder()))) {
            Sandbox warm = provider.create(SandboxSpec.of(SandboxId.next()));
            List<Peer> started = new ArrayList<>();
            try {
                List<Subject> subjects = new ArrayList<>();
                subjects.add(
                        Subject.of(
                                "oxbow",
                                new OurStarts(provider, "").tier(),
                                () -> OurStarts.succeed(warm.exec(ProcessSpec.of("true")))));
                for (Peer peer : course.peers().joinable()) {
                    if (peer.missing().isPresent()) {
                        continue;
                    }
                    Peer.Standing standing = peer.standing().orElseThrow();
                    standing.start(ID);
                    started.add(peer);
                    List<String> argv = standing.exec(ID, "true");
                    subjects.add(Subject.of(called(peer), peer.tier(), () -> Command.run(argv)));
                }
                Row row =
                        new Race(
                                        "exec round trip, warm sandbox",
                                        "exec",
                                        "from the call of `exec` to the known exit code of `true`,"
                                            + " one after the other; peers: their program that does"
                                            + " the same.",
                                        Target.medianAndTail(3, 15),
                                        Unit.MILLIS,
                                        20,
                                        course.rounds(1000),
                                        course.patience())
                                .run(subjects, course.progress());
                return List.of(CreateRaces.withMissing(row, course.peers().joinable()));
            } finally {
                provider.destroy(warm.id());
                for (Peer peer : started) {
                    peer.standing().orElseThrow().stop(ID);
                }
            }
        }
    }

    private static String called(Peer peer) {
        return switch (peer.name()) {
            case "unshare" -> "nsenter";
            case "docker run" -> "docker exec";
            case "podman run" -> "podman exec";
            default -> peer.name() + " exec";
        };
    }
}
