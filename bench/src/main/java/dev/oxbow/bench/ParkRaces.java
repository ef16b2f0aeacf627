package dev.oxbow.bench;

import dev.oxbow.base.SandboxId;
import dev.oxbow.bench.peer.Command;
import dev.oxbow.bench.peer.Peer;
import dev.oxbow.providers.local.LocalConfig;
import dev.oxbow.providers.local.LocalProvider;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.sandbox.Signal;
import java.util.ArrayList;
import java.util.List;

/** Putting a sandbox to rest, and using it again. */
final class ParkRaces implements Part {
    private static final String ID = "oxbow-bench-park";

    @Override
    public List<Row> run(Course course) throws Exception {
        Peer docker = course.peers().docker();
        try (LocalProvider provider = new LocalProvider(LocalConfig.of(course.folder()))) {
            Sandbox sandbox = provider.create(SandboxSpec.of(SandboxId.next()));
            String tier = new OurStarts(provider, "").tier();
            boolean compared = docker.missing().isEmpty();
            if (compared) {
                docker.standing().orElseThrow().start(ID);
            }
            try {
                SandboxProcess sleeper = sandbox.exec(ProcessSpec.of("sleep", "3600"));
                Race pause =
                        race(
                                course,
                                "pause",
                                "pause",
                                "the call of `pause` on a sandbox in which `sleep` runs.",
                                Target.median(10));
                Race wake =
                        race(
                                course,
                                "paused → command done",
                                "wake",
                                "`exec true` on a paused sandbox, which wakes it, to the known exit"
                                        + " code.",
                                Target.median(100));
                Race start =
                        race(
                                course,
                                "stopped → command done",
                                "restart",
                                "`start` and `exec true` on a stopped sandbox, to the known exit"
                                        + " code.",
                                Target.median(100));
                List<Row> rows = new ArrayList<>();
                rows.add(
                        withDocker(
                                course,
                                pause,
                                docker,
                                ours(tier, () -> {}, sandbox::pause, sandbox::start),
                                theirs(docker, "true", "docker pause", "docker unpause")));
                rows.add(
                        withDocker(
                                course,
                                wake,
                                docker,
                                ours(tier, sandbox::pause, () -> echo(sandbox), () -> {}),
                                theirs(
                                        docker,
                                        "docker pause",
                                        "docker unpause && docker exec",
                                        "true")));
                sleeper.signal(Signal.KILL);
                rows.add(
                        withDocker(
                                course,
                                start,
                                docker,
                                ours(
                                        tier,
                                        sandbox::stop,
                                        () -> {
                                            sandbox.start();
                                            echo(sandbox);
                                        },
                                        () -> {}),
                                theirs(
                                        docker,
                                        "docker kill",
                                        "docker start && docker exec",
                                        "true")));
                return rows;
            } finally {
                provider.destroy(sandbox.id());
                if (compared) {
                    docker.standing().orElseThrow().stop(ID);
                }
            }
        }
    }

    private static void echo(Sandbox sandbox) throws Exception {
        OurStarts.succeed(sandbox.exec(ProcessSpec.of("true")));
    }

    private static Race race(
            Course course, String title, String mode, String method, Target target) {
        return Race.of(title, mode, method, target, course.rounds(100), course.patience());
    }

    private static Row withDocker(
            Course course, Race race, Peer docker, Subject ours, Subject theirs) {
        List<Subject> subjects = docker.missing().isEmpty() ? List.of(ours, theirs) : List.of(ours);
        return CreateRaces.withMissing(race.run(subjects, course.progress()), List.of(docker));
    }

    private static Subject ours(
            String tier, Subject.Work before, Subject.Work once, Subject.Work after) {
        return new Steps("oxbow", tier, before, once, after);
    }

    /** Steps of the container engine, as one line of its command each. */
    private static Subject theirs(Peer docker, String before, String once, String after) {
        return new Steps(
                once.replace("docker exec", "exec"),
                docker.tier(),
                () -> Command.run(line(docker, before)),
                () -> Command.run(line(docker, once)),
                () -> Command.run(line(docker, after)));
    }

    /**
     * A shell line in which {@code docker VERB} stands for the client's words and the container.
     */
    private static List<String> line(Peer docker, String script) {
        if (docker.missing().isPresent() || script.equals("true")) {
            return List.of("true");
        }
        List<String> exec = docker.standing().orElseThrow().exec(ID, "true");
        String client = String.join(" ", exec.subList(0, exec.indexOf("exec")));
        StringBuilder line = new StringBuilder();
        for (String step : script.split(" && ", -1)) {
            String verb = step.substring("docker ".length());
            line.append(line.isEmpty() ? "" : " && ")
                    .append(client)
                    .append(' ')
                    .append(verb)
                    .append(' ')
                    .append(ID)
                    .append(verb.equals("exec") ? " true" : "");
        }
        return List.of("sh", "-c", line.toString());
    }

    private record Steps(
            String name, String tier, Subject.Work first, Subject.Work timed, Subject.Work last)
            implements Subject {
        @Override
        public void before() throws Exception {
            first.run();
        }

        @Override
        public void once() throws Exception {
            timed.run();
        }

        @Override
        public void after() throws Exception {
            last.run();
        }
    }
}
