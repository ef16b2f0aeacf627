package dev.oxbow.bench;

import dev.oxbow.bench.peer.Command;
import java.util.List;

/** How long {@code ox --version} takes as a process, beside a Java that does nothing. */
final class StartRaces implements Part {

    @Override
    public List<Row> run(Course course) {
        String java = ProcessHandle.current().info().command().orElse("java");
        return List.of(
                Race.of(
                                "ox --version",
                                "start",
                                "from the start of the process to its end.",
                                Target.median(150),
                                course.rounds(40),
                                course.patience())
                        .run(
                                List.of(
                                        Subject.of(
                                                "./ox --version",
                                                () -> Command.run("./ox", "--version")),
                                        Subject.of(
                                                "java -version",
                                                () ->
                                                        Command.run(
                                                                java,
                                                                "-XX:+UseSerialGC",
                                                                "-version")),
                                        Subject.of("true", () -> Command.run("true"))),
                                course.progress()));
    }
}
