package dev.oxbow.sandbox.kit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** The numbered attempts of {@code escapes.txt}, for any provider. Immutable. */
public final class EscapeCorpus {
    private final List<Attempt> attempts;
    private final String prelude;

    private EscapeCorpus(List<Attempt> attempts, String prelude) {
        this.attempts = attempts;
        this.prelude = prelude;
    }

    /** The corpus of this version of the kit. */
    public static EscapeCorpus load() {
        String text = resource("escapes.txt");
        List<Attempt> attempts =
                Arrays.stream(text.split("(?m)^== ", -1)).skip(1).map(EscapeCorpus::parse).toList();
        return new EscapeCorpus(attempts, resource("prelude.pl"));
    }

    /** All of them, by number. */
    public List<Attempt> attempts() {
        return attempts;
    }

    /** The words of the command that makes an attempt inside. */
    List<String> command(Attempt attempt) {
        return switch (attempt.kind()) {
            case PERL, TERMINAL -> List.of("perl", "-e", prelude + attempt.program());
            case SHELL, LIMITED, HOST -> List.of("bash", "-c", attempt.program());
            case ELSEWHERE ->
                    throw new IllegalArgumentException(attempt + " is not made in a sandbox");
        };
    }

    private static Attempt parse(String block) {
        List<String> lines = new ArrayList<>(block.lines().toList());
        String[] head = lines.removeFirst().split(" \\| ", 5);
        if (head.length != 5) {
            throw new IllegalArgumentException("not a head of an attempt: " + head[0]);
        }
        Optional<String> kernel = note(lines, "kernel: ");
        Optional<String> setting = note(lines, "setting: ");
        return new Attempt(
                head[0],
                Attempt.Kind.of(head[1]),
                Arrays.stream(head[2].split(", ", -1)).map(Wall::of).toList(),
                head[3],
                head[4],
                kernel,
                setting,
                lines.stream().collect(Collectors.joining("\n")).strip());
    }

    private static Optional<String> note(List<String> lines, String key) {
        return !lines.isEmpty() && lines.getFirst().startsWith(key)
                ? Optional.of(lines.removeFirst().substring(key.length()))
                : Optional.empty();
    }

    static String resource(String name) {
        try (InputStream text = EscapeCorpus.class.getResourceAsStream(name)) {
            return new String(
                    Objects.requireNonNull(text, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
