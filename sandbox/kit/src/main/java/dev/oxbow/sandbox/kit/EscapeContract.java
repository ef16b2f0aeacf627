package dev.oxbow.sandbox.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.sandbox.SandboxProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The escape corpus against one provider: every attempt is stopped, by each of its walls alone, and
 * succeeds where they are down. (An attempt that cannot succeed would prove nothing.)
 */
public abstract class EscapeContract extends ProviderContract {
    private static final EscapeCorpus CORPUS = EscapeCorpus.load();

    private final List<SandboxProvider> others = new ArrayList<>();
    private final Map<Set<Wall>, Optional<Cell>> cells = new HashMap<>();
    private Optional<Bait> bait = Optional.empty();
    private Optional<Set<Wall>> here = Optional.empty();

    /** For subclasses. */
    protected EscapeContract() {}

    @AfterEach
    final void clearAway() throws IOException {
        cells.clear();
        others.forEach(SandboxProvider::close);
        others.clear();
        if (bait.isPresent()) {
            bait.get().close();
        }
        bait = Optional.empty();
    }

    private Bait bait() throws IOException {
        if (bait.isEmpty()) {
            bait = Optional.of(Bait.lay());
        }
        return bait.get();
    }

    /** Sandboxes with all walls but these, made once; empty where they cannot be left out. */
    private Optional<Cell> cell(Set<Wall> down) throws IOException, InterruptedException {
        Set<Wall> wanted = down.isEmpty() ? Set.of() : EnumSet.copyOf(down);
        Optional<Cell> known = cells.get(wanted);
        if (known != null) {
            return known;
        }
        Optional<SandboxProvider> provider =
                wanted.isEmpty() ? Optional.of(provider()) : subject().without(wanted);
        if (provider.isPresent() && !wanted.isEmpty()) {
            others.add(provider.get());
        }
        Optional<Cell> made =
                provider.isPresent()
                        ? Optional.of(Cell.open(provider.get(), this::newId, bait(), wanted))
                        : Optional.empty();
        cells.put(wanted, made);
        return made;
    }

    private static Stream<Attempt> attempts() {
        return CORPUS.attempts().stream().filter(Attempt::inSandbox);
    }

    /** Asked for once: the answer may take a look at the kernel. */
    private Set<Wall> wallsHere() {
        if (here.isEmpty()) {
            here = Optional.of(Set.copyOf(subject().walls()));
        }
        return here.get();
    }

    private Set<Wall> standing(Attempt attempt) {
        Set<Wall> walls = EnumSet.copyOf(attempt.walls());
        walls.retainAll(wallsHere());
        return walls;
    }

    @TestFactory
    Stream<DynamicTest> everyAttemptIsStopped() {
        needsWalls();
        return attempts()
                .map(attempt ->
                        DynamicTest.dynamicTest(
                                attempt.toString(),
                                () -> {
                                    if (standing(attempt).isEmpty()) {
                                        throw LeftOut.declaredLack(
                                                "the wall against it is not to be had here");
                                    }
                                    Cell cell = cell(Set.of()).orElseThrow();
                                    expect(attempt, cell.make(attempt, CORPUS), false);
                                }));
    }

    @TestFactory
    Stream<DynamicTest> everyAttemptSucceedsWhereItsWallsAreDown() {
        needsWalls();
        return attempts()
                .map(attempt ->
                        DynamicTest.dynamicTest(
                                attempt.toString(),
                                () -> {
                                    Cell cell = open(wallsHere(), attempt);
                                    String said = cell.makeWithout(attempt, CORPUS);
                                    if (said.contains("held: no such call")) {
                                        throw LeftOut.declaredLack(
                                                "the kernel here has no such call");
                                    }
                                    expect(attempt, said, true);
                                }));
    }

    @TestFactory
    Stream<DynamicTest> everyOneOfItsWallsIsEnough() {
        needsWalls();
        return attempts()
                .filter(attempt -> attempt.walls().size() > 1)
                .flatMap(attempt ->
                        standing(attempt).stream()
                                .map(wall ->
                                        DynamicTest.dynamicTest(
                                                attempt + ": " + wall.label(),
                                                () -> onlyThat(attempt, wall))));
    }

    private void onlyThat(Attempt attempt, Wall wall) throws IOException, InterruptedException {
        Set<Wall> down = standing(attempt);
        down.remove(wall);
        expect(attempt, open(down, attempt).make(attempt, CORPUS), false);
    }

    /** The sandboxes without those of the walls that the attempt is about. */
    private Cell open(Set<Wall> down, Attempt attempt) throws IOException, InterruptedException {
        Set<Wall> without = EnumSet.copyOf(attempt.walls());
        without.retainAll(down);
        without.removeAll(Cell.NEVER_LEFT_OUT);
        Optional<Cell> cell = cell(without);
        return cell.orElseThrow(
                () -> LeftOut.declaredLack(provider().name() + " cannot leave out " + without));
    }

    private void expect(Attempt attempt, String said, boolean success) throws IOException {
        Bait laid = bait();
        boolean reached = laid.reached(said);
        laid.restore();
        assertThat(reached)
                .as(
                        "%s %s; it said: %s",
                        attempt, success ? "succeeds without its walls" : "is stopped", said)
                .isEqualTo(success);
    }
}
