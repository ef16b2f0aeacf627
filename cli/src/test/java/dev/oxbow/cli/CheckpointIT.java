package dev.oxbow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Checkpoints by the command as a process, with real sandboxes of this machine. */
@Timeout(180)
class CheckpointIT {
    @TempDir private Path temporary;
    private OxRepository repository;
    private OxProcess ox;

    @BeforeEach
    void aRepository() throws Exception {
        repository = new OxRepository(temporary);
        ox = repository.ox;
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        repository.delete();
    }

    @Test
    void aWorktreeGoesThroughCheckpointRollbackAndFork() throws Exception {
        JsonNode first = run("echo agent > a.txt");
        OxProcess.Result taken = ox.run("checkpoint", "mine");
        assertThat(taken.exitCode()).as(taken.err()).isZero();
        assertThat(taken.out()).startsWith("cpt_");
        JsonNode all = Json.tree(ox.run("checkpoints", "--json").out()).path("checkpoints");
        assertThat(all.valueStream().map(c -> c.path("name").asString()))
                .containsExactly(
                        "mine",
                        "after turn 1 of " + first.path("run").asString(),
                        "before " + first.path("run").asString());
        Files.writeString(repository.tree.resolve("b.txt"), "user\n");

        OxProcess.Result back = ox.run("rollback", all.get(2).path("id").asString());

        assertThat(back.err()).contains("undo it with: ox rollback cpt_");
        assertThat(back.exitCode()).isZero();
        assertThat(tree("a.txt")).isEqualTo("agent\n");
        assertThat(ox.run("exec", "--sandbox", sandbox(all), "cat", "a.txt").out())
                .isEqualTo("one\n");
        run("grep -q agent a.txt && grep -q user b.txt && echo more > c.txt");
        assertThat(tree("a.txt") + tree("b.txt") + tree("c.txt")).isEqualTo("agent\nuser\nmore\n");

        OxProcess.Result forks = ox.run("fork", "mine", "--count", "2");
        assertThat(forks.out().lines()).hasSize(2);
        for (String fork : forks.out().lines().toList()) {
            assertThat(ox.run("exec", "--sandbox", fork, "cat", "a.txt").out())
                    .isEqualTo("agent\n");
        }
        assertThat(ox.run("gc", "--dry-run").exitCode()).isZero();
    }

    @Test
    void attemptsFromACheckpointAreComparedAndTheBestIsKept() throws Exception {
        run("echo agent > a.txt");
        OxProcess.Result taken = ox.run("checkpoint", "--json", "mine");
        assertThat(taken.exitCode()).as(taken.err()).isZero();
        Files.writeString(repository.tree.resolve("b.txt"), "user\n");

        OxProcess.Result result =
                ox.run(
                        OxRepository.run(
                                "grep -q agent a.txt && test ! -e b.txt && echo $$ > c.txt",
                                "--attempts",
                                "2",
                                "--from",
                                "mine"));

        assertThat(result.exitCode()).as(result.err()).isZero();
        JsonNode outcome = Json.tree(result.lastLine());
        JsonNode compared = repository.show(outcome.path("run").asString()).path("comparison");
        assertThat(compared).hasSize(2);
        assertThat(compared.valueStream().map(a -> a.path("insertions").asInt()))
                .containsExactly(1, 1);
        assertThat(ox.run("apply", outcome.path("run").asString()).exitCode()).isZero();
        assertThat(tree("a.txt") + tree("b.txt")).isEqualTo("agent\nuser\n");
        assertThat(repository.tree.resolve("c.txt")).exists();
    }

    private JsonNode run(String script) {
        OxProcess.Result result = ox.run(OxRepository.run(script));
        assertThat(result.exitCode()).as(result.err() + result.out()).isZero();
        return Json.tree(result.lastLine());
    }

    private String tree(String name) throws IOException {
        return Files.readString(repository.tree.resolve(name));
    }

    private static String sandbox(JsonNode checkpoints) {
        return checkpoints.get(0).path("sandbox").asString();
    }
}
