package dev.oxbow.sandbox.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.OxException;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Checkpoint;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random changes, checkpoints, rollbacks and forks, held against a model of what must be there. */
public abstract class CheckpointModelContract extends CheckpointCase {
    private static final int STEPS = 60;
    private static final List<String> NAMES = List.of("a", "b", "c");

    /**
     * A checkpoint and what it must hold.
     *
     * @param checkpoint the checkpoint
     * @param state path → kind and content
     */
    private record Known(Checkpoint checkpoint, Map<String, String> state) {}

    @ParameterizedTest
    @CsvSource({"1,false", "2,true", "3,false", "4,true"})
    void whateverHappensTheFilesAreWhatTheModelSays(long seed, boolean busy)
            throws InterruptedException {
        needs(Capability.FORK_RUNNING);
        needs(Capability.ROLLBACK_INPLACE);
        Random random = new Random(seed);
        Sandbox sandbox = sandbox();
        List<Known> known = new ArrayList<>();
        Map<String, String> model = new TreeMap<>();
        for (int step = 0; step < STEPS; step++) {
            if (busy && sandbox.record().state() == SandboxState.READY) {
                SandboxProcess unusedGoesOn = busy(sandbox);
            }
            switch (random.nextInt(12)) {
                case 0, 1 -> known.add(new Known(checkpoint(sandbox), new TreeMap<>(model)));
                case 2 -> {
                    if (!known.isEmpty() && random.nextBoolean()) {
                        Known to = known.get(random.nextInt(known.size()));
                        int unusedIncarnation =
                                sandbox.rollback(to.checkpoint().id()).incarnation();
                        model = new TreeMap<>(to.state());
                    }
                }
                default -> change(sandbox, model, random);
            }
            assertThat(actual(sandbox)).as("seed %d, step %d", seed, step).isEqualTo(model);
        }
        for (Known each : known) {
            Sandbox fork = fork(each.checkpoint());
            assertThat(actual(fork)).as("seed %d", seed).isEqualTo(each.state());
            provider().destroy(fork.id());
        }
    }

    private static Map<String, String> actual(Sandbox sandbox) {
        Map<String, String> found = new TreeMap<>();
        try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
            for (Entry e : files.scan(_ -> true)) {
                String path = e.path().toString();
                found.put(
                        path,
                        switch (e.kind()) {
                            case FILE ->
                                    "f%o".formatted(e.mode())
                                            + new String(
                                                    bytesOf(files, path), StandardCharsets.UTF_8);
                            case DIRECTORY -> "d%o".formatted(e.mode());
                            case SYMLINK ->
                                    "l"
                                            + new String(
                                                    files.readLink(e.path()),
                                                    StandardCharsets.UTF_8);
                            case OTHER -> "?";
                        });
            }
        }
        return found;
    }

    /** One change, made in the sandbox and, if it was accepted there, in the model. */
    private static void change(Sandbox sandbox, Map<String, String> model, Random random) {
        String path = path(random);
        String other = path(random);
        try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
            TreePath at = TreePath.of(path);
            switch (random.nextInt(8)) {
                case 0, 1 -> {
                    String content = "content " + random.nextInt(1000);
                    files.write(
                            at,
                            0640,
                            Optional.empty(),
                            new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)));
                    model.put(path, "f640" + content);
                }
                case 2 -> {
                    files.mkdir(at, 0750);
                    model.putIfAbsent(path, "d750");
                }
                case 3 -> {
                    files.symlink(at, other.getBytes(StandardCharsets.UTF_8));
                    model.put(path, "l" + other);
                }
                case 4 -> {
                    files.removeTree(at);
                    model.keySet().removeIf(p -> p.equals(path) || p.startsWith(path + "/"));
                }
                case 5 -> {
                    files.setMode(at, 0700);
                    model.computeIfPresent(path, (_, v) -> v.charAt(0) + "700" + v.substring(4));
                }
                default -> {
                    boolean same = path.equals(other);
                    files.rename(at, TreePath.of(other));
                    if (!same) {
                        move(model, path, other);
                    }
                }
            }
        } catch (OxException refused) {
            // The tree was not in the shape for it; then nothing has changed.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void move(Map<String, String> model, String from, String to) {
        Map<String, String> moved = new TreeMap<>();
        model.forEach((path, value) -> {
            if (path.equals(from) || path.startsWith(from + "/")) {
                moved.put(to + path.substring(from.length()), value);
            }
        });
        model.keySet().removeIf(p -> p.equals(from) || p.startsWith(from + "/"));
        model.putAll(moved);
    }

    private static String path(Random random) {
        StringBuilder path = new StringBuilder(NAMES.get(random.nextInt(NAMES.size())));
        for (int depth = random.nextInt(3); depth > 0; depth--) {
            path.append('/').append(NAMES.get(random.nextInt(NAMES.size())));
        }
        return path.toString();
    }
}
