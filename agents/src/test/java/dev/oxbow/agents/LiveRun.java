package dev.oxbow.agents;

import dev.oxbow.base.Deadline;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs a launch on this machine, outside any sandbox, and decodes what it said. */
final class LiveRun {
    private final Path dir;
    private final Process process;
    private final StreamDecoder decoder;

    private LiveRun(Path dir, Process process, StreamDecoder decoder) {
        this.dir = dir;
        this.process = process;
        this.decoder = decoder;
    }

    /** What a run came to. */
    record Result(List<AgentEvent> events, int exitCode, StreamDecoder decoder, String stderr) {
        AgentEvent last() {
            return events.getLast();
        }

        <T extends AgentEvent> List<T> of(Class<T> type) {
            return events.stream().filter(type::isInstance).map(type::cast).toList();
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("exit " + exitCode + "\n");
            events.forEach(event -> text.append(event).append('\n'));
            return text.append(stderr).toString();
        }
    }

    static LiveRun start(Launch launch, StreamDecoder decoder, Path cwd, Path dir, String key)
            throws IOException {
        Files.createDirectories(dir);
        for (Launch.LaunchFile file : launch.files()) {
            Path path = Path.of(file.path());
            Files.createDirectories(path.resolve("..").normalize());
            Files.writeString(path, file.content());
        }
        Path stdin = dir.resolve("stdin");
        Files.write(stdin, launch.stdin());
        Map<String, String> env = new HashMap<>(launch.env());
        env.putAll(launch.key().resolve(_ -> Optional.of(key)));
        ProcessBuilder builder =
                new ProcessBuilder(launch.argv())
                        .directory(cwd.toFile())
                        .redirectInput(stdin.toFile())
                        .redirectOutput(dir.resolve("stdout").toFile())
                        .redirectError(dir.resolve("stderr").toFile());
        builder.environment().clear();
        builder.environment().putAll(env);
        return new LiveRun(dir, builder.start(), decoder);
    }

    /** Asks the leader to end, as a cancel does first. */
    void terminate() {
        process.destroy();
    }

    Result await(ProcessEnd.Cause cause) throws IOException, InterruptedException {
        Deadline deadline = Deadline.in(Duration.ofSeconds(90));
        boolean ended = process.waitFor(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
        List<Decoded> events =
                new ArrayList<>(decoder.stdout(Files.readAllBytes(dir.resolve("stdout"))));
        events.addAll(decoder.stderr(Files.readAllBytes(dir.resolve("stderr"))));
        decoder.wantedTranscript()
                .flatMap(LiveRun::find)
                .ifPresent(content -> events.addAll(decoder.transcript(content)));
        events.addAll(
                decoder.end(
                        ended && cause == ProcessEnd.Cause.EXITED
                                ? ProcessEnd.exited(process.exitValue())
                                : ProcessEnd.by(ended ? cause : ProcessEnd.Cause.TIMEOUT_WALL)));
        return new Result(
                events.stream().map(Decoded::event).toList(),
                process.exitValue(),
                decoder,
                Files.readString(dir.resolve("stderr")));
    }

    private static Optional<byte[]> find(StreamDecoder.Transcript wanted) {
        Path dir = new File(wanted.directory()).toPath();
        if (!Files.isDirectory(dir)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.walk(dir)) {
            Optional<Path> found =
                    files.filter(file -> file.toString().endsWith(wanted.suffix())).findFirst();
            return found.isPresent()
                    ? Optional.of(Files.readAllBytes(found.get()))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
