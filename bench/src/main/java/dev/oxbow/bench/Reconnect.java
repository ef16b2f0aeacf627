package dev.oxbow.bench;

import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.Signal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A reader that comes to a command with much behind it. */
final class Reconnect {
    private static final int BACKLOG = 10 << 20;

    private final Sandbox sandbox;
    private final String tier;
    private final Path folder;

    Reconnect(Sandbox sandbox, String tier, Path folder) {
        this.sandbox = sandbox;
        this.tier = tier;
        this.folder = folder;
    }

    List<Row> rows(Course course) throws Exception {
        SandboxProcess process =
                sandbox.exec(
                        ProcessSpec.of(
                                "sh",
                                "-c",
                                "head -c " + BACKLOG + " /dev/urandom; exec sleep 3600"));
        try {
            Path copy = folder.resolve("backlog");
            try (var out = Files.newOutputStream(copy)) {
                Lines.read(process, BACKLOG, out::write);
            }
            String method =
                    "a new reader of a command that lives and has written 10 MiB, from the call of"
                            + " `read` to the %s byte; beside it the same bytes of a plain file.";
            return List.of(
                    race(course, "first", method, 1, process, copy),
                    race(course, "last", method, BACKLOG, process, copy));
        } finally {
            process.signal(Signal.KILL);
        }
    }

    private Row race(
            Course course,
            String which,
            String method,
            int bytes,
            SandboxProcess process,
            Path copy) {
        return Race.of(
                        "reader comes back to 10 MiB, " + which + " byte",
                        "reconnect-" + which,
                        method.formatted(which),
                        Target.median(200),
                        course.rounds(50),
                        course.patience())
                .run(
                        List.of(
                                Subject.of(
                                        "oxbow", tier, () -> Lines.read(process, bytes, _ -> {})),
                                Subject.of("file", () -> plain(copy, bytes))),
                        course.progress());
    }

    private static void plain(Path file, int bytes) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            Lines.read(in, bytes, _ -> {});
        }
    }
}
