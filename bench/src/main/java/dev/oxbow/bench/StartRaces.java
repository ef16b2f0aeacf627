package dev.oxbow.bench;

import java.io.PrintStream;
import java.util.List;

/** How long {@code ox --version} takes as a process, beside a Java that does nothing. */
final class StartRaces {
    private final PrintStream progress;

    StartRaces(PrintStream progress) {
        this.progress = progress;
    }

    List<Race.Result> run(int rounds) {
        String java = ProcessHandle.current().info().command().orElse("java");
        return List.of(
                new Race("ox --version", 3, rounds, "≤ 150 ms")
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
                                progress));
    }
}
