package dev.oxbow.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.Sandbox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes back, and what must survive it; numbers are those of the defects guarded against. */
class SyncOutTest {
    @TempDir Path tmp;
    private SyncFixture f;

    @BeforeEach
    void open() {
        f = new SyncFixture(tmp);
    }

    @AfterEach
    void close() {
        f.close();
    }

    private Sandbox given(String... paths) {
        for (String path : paths) {
            f.write(path, "1\n");
        }
        f.commit("first");
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        return sandbox;
    }

    private void sameOnBothSides(Sandbox sandbox) {
        assertThat(SyncFixture.tree(f.repo)).isEqualTo(SyncFixture.tree(f.inside(sandbox)));
    }

    @Test
    void s02_committedWorkCountsAsChange() {
        Sandbox sandbox = given("a");
        SyncFixture.shell(
                sandbox, "echo 2 > a; echo n > b; git add -A; " + SyncFixture.AGENT_COMMIT);

        assertThat(f.out(sandbox).filesChanged()).isEqualTo(2);
        sameOnBothSides(sandbox);
    }

    @Test
    void s03_aRenameRemovesTheOldName() {
        Sandbox sandbox = given("old");
        SyncFixture.shell(sandbox, "git mv old new");

        f.out(sandbox);

        assertThat(f.repo.resolve("old")).doesNotExist();
        sameOnBothSides(sandbox);
    }

    @Test
    void s04_stagedThenDeleted() {
        Sandbox sandbox = given("a", "b");
        SyncFixture.shell(sandbox, "echo 2 > a; git add a; rm a");

        f.out(sandbox);

        assertThat(SyncFixture.tree(f.repo).keySet()).containsExactly("b");
    }

    @Test
    void s05_renamedThenDeleted() {
        Sandbox sandbox = given("old", "other");
        SyncFixture.shell(sandbox, "git mv old new; rm new");

        f.out(sandbox);

        assertThat(SyncFixture.tree(f.repo).keySet()).containsExactly("other");
    }

    @Test
    void s06_renamesAndCopiesKeepTheirDirection() {
        Sandbox sandbox = given("a", "b");
        SyncFixture.shell(sandbox, "git mv a c; cp b d; git add -A; echo x >> c");

        f.out(sandbox);

        sameOnBothSides(sandbox);
        assertThat(SyncFixture.tree(f.repo).keySet()).containsExactly("b", "c", "d");
    }

    private static final String ODD_NAMES =
            "for n in '\303\251.txt' 'quo\"te' \"apo'strophe\" '-dash' '--' '-T' '*' 'trail ' '"
                    + " lead' 'back\\slash' '~' '$(id)'; do echo 1 > \"./$n\"; done; echo 1 >"
                    + " \"$(printf 'new\\nline')\"; echo 1 > \"$(printf 'tab\\there')\"; echo 1 >"
                    + " \"$(printf 'bad\\377\\376utf8')\"; mkdir -p ' d '; echo 1 > ' d /-x'";
    private static final String LIST =
            "find . -path ./.git -prune -o -type f -print0 | LC_ALL=C sort -z | od -c";

    @Test
    void s07_s23_anyBytesMayBeAName() {
        String names =
                new String(ODD_NAMES.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        SyncFixture.run(f.repo, List.of("sh", "-ec", names));
        f.commit("odd");
        Sandbox sandbox = f.sandbox();
        f.in(sandbox);
        List<String> list = List.of("sh", "-ec", LIST);
        assertThat(SyncFixture.run(f.inside(sandbox), list))
                .isEqualTo(SyncFixture.run(f.repo, list));
        assertThat(SyncFixture.git(f.inside(sandbox), "status", "--porcelain")).isEmpty();

        SyncFixture.shell(
                sandbox,
                "find . -path ./.git -prune -o -type f -exec sh -c 'echo 2 >> \"$1\";"
                        + " mv -- \"$1\" \"$1+\"' _ {} ';'");
        ApplyReport report = f.out(sandbox);

        assertThat(report.filesChanged()).isEqualTo(16);
        assertThat(report.filesDeleted()).isEqualTo(16);
        assertThat(SyncFixture.run(f.repo, list))
                .isEqualTo(SyncFixture.run(f.inside(sandbox), list));
    }

    @Test
    void s09_aModeChangeCountsWhateverGitIsTold() {
        f.git("config", "core.fileMode", "false");
        Sandbox sandbox = given("run.sh");
        SyncFixture.shell(sandbox, "chmod +x run.sh");

        assertThat(f.out(sandbox).filesChanged()).isEqualTo(1);

        assertThat(f.repo.resolve("run.sh")).isExecutable();
    }

    @Test
    void s16_aFailureHalfWayLeavesTheWorktreeAsItWas() {
        Sandbox sandbox = given("a", "b", "c/d");
        SyncFixture.shell(sandbox, "echo 2 > a; rm b; rm -r c; echo 3 > c; mkdir e; echo 1 > e/f");
        Harvest harvest = f.harvest(sandbox);
        Map<String, String> before = SyncFixture.tree(f.repo);
        List<String> steps = new ArrayList<>();
        f.step = steps::add;
        f.apply(harvest, ConflictPolicy.FAIL);
        f.git("checkout", "-q", "-f", "HEAD");
        f.git("clean", "-qfd");
        assertThat(SyncFixture.tree(f.repo)).isEqualTo(before);
        List<String> changing =
                steps.stream().filter(s -> s.startsWith("change-") || s.equals("verify")).toList();
        assertThat(changing).hasSizeGreaterThan(5);
        for (String at : changing) {
            f.step =
                    s -> {
                        if (s.equals(at)) {
                            throw OxException.of(ErrorCode.NO_SPACE, "full at %s", s);
                        }
                    };
            assertThatThrownBy(() -> f.apply(harvest, ConflictPolicy.FAIL))
                    .hasMessageContaining(at);
            assertThat(SyncFixture.tree(f.repo)).as(at).isEqualTo(before);
        }
    }

    @Test
    void s17_editsDuringTheRunAreNotOverwritten() {
        Sandbox sandbox = given("a", "b");
        SyncFixture.shell(sandbox, "echo theirs > a; rm b");
        f.write("a", "mine\n");
        f.write("b", "mine\n");

        ApplyReport report = f.out(sandbox);

        assertThat(report.applied()).isFalse();
        assertThat(report.conflicts())
                .containsExactly(
                        new Conflict(TreePath.of("a"), Conflict.Kind.BOTH_CHANGED),
                        new Conflict(TreePath.of("b"), Conflict.Kind.DELETED_IN_SANDBOX));
        assertThat(f.repo.resolve("a")).hasContent("mine\n");
        assertThat(f.repo.resolve("b")).hasContent("mine\n");
    }

    @Test
    void s17_anEditBetweenTheStepsOfAnApplyTakesAllOfItBack() {
        Sandbox sandbox = given("a", "b");
        SyncFixture.shell(sandbox, "echo theirs > a; echo theirs > b");
        Harvest harvest = f.harvest(sandbox);
        for (String at : List.of("staged", "change-0", "change-1")) {
            f.write("b", "1\n");
            f.in(sandbox, new SyncOptions(List.of(), ConflictPolicy.SANDBOX));
            f.step =
                    s -> {
                        if (s.equals(at)) {
                            f.write("b", "edited at " + at);
                        }
                    };
            assertThatThrownBy(() -> f.apply(harvest, ConflictPolicy.FAIL))
                    .extracting(e -> ((OxException) e).code())
                    .isEqualTo(ErrorCode.FILE_CHANGING);
            f.step = _ -> {};
            assertThat(f.repo.resolve("a")).hasContent("1\n");
            assertThat(f.repo.resolve("b")).hasContent("edited at " + at);
        }
    }

    @Test
    void s19_ignoredFilesOfTheHostSurviveWhateverIsDeleted() {
        f.write(".gitignore", "*.log\n");
        Sandbox sandbox = given("dir/a");
        f.write("dir/my.log", "mine");
        SyncFixture.shell(sandbox, "rm -r dir");

        f.out(sandbox);

        assertThat(SyncFixture.tree(f.repo).keySet())
                .containsExactly(".gitignore", "dir/", "dir/my.log");

        SyncFixture.shell(sandbox, "rm .gitignore; mkdir dir; echo theirs > dir/my.log");
        assertThat(f.out(sandbox).applied()).isFalse();
        assertThat(f.repo.resolve("dir/my.log")).hasContent("mine");
    }

    @Test
    void s25_aPathMayComeBackAsAnotherKindOfThing() {
        Sandbox sandbox = given("file", "dir/x", "other");
        SyncFixture.shell(
                sandbox,
                "rm -r file dir other; mkdir file; echo 1 > file/y; echo 1 > dir;"
                        + " ln -s file other");

        assertThat(f.out(sandbox).applied()).isTrue();

        sameOnBothSides(sandbox);
    }

    @Test
    void s26_aRepositoryClonedInTheSandboxComesBackAsFiles() {
        Sandbox sandbox = given("a");
        SyncFixture.shell(sandbox, "git init -q vendor; echo 1 > vendor/v");
        Harvest harvest = f.harvest(sandbox);

        f.apply(harvest, ConflictPolicy.FAIL);

        assertThat(f.repo.resolve("vendor/v")).exists();
        assertThat(f.repo.resolve("vendor/.git")).doesNotExist();
        assertThat(harvest.warnings())
                .extracting(SyncWarning::kind)
                .containsExactly(SyncWarning.Kind.NESTED_REPOSITORY);
    }

    @Test
    void s28_anAgentThatOnlyMovedBackBringsNoCommits() {
        f.write("a", "0\n");
        f.commit("zeroth");
        Sandbox sandbox = given("a");
        SyncFixture.shell(sandbox, "git reset -q --hard HEAD~1");

        Harvest harvest = f.harvest(sandbox);

        assertThat(harvest.commits()).isEmpty();
        assertThat(harvest.changes()).hasSize(1);
    }

    @Test
    void s30_s31_f37_aBrokenRepositoryInTheSandboxIsAFailureNotASuccess() {
        Sandbox sandbox = given("a");
        SyncFixture.shell(sandbox, "echo 2 > a; rm -r .git/objects .git/refs");

        assertThatThrownBy(() -> f.harvest(sandbox))
                .hasMessageStartingWith("No files were pulled back (git")
                .hasMessageEndingWith("recover with --pull " + sandbox.id())
                .extracting(e -> ((OxException) e).code())
                .isEqualTo(ErrorCode.SYNC_UNREADABLE);
        assertThat(f.repo.resolve("a")).hasContent("1\n");
    }

    @Test
    void s32_f24_ofTwoRunsAtOnceTheSecondSeesAConflict() {
        Sandbox one = given("a");
        Sandbox two = f.sandbox();
        f.in(two);
        SyncFixture.shell(one, "echo one > a");
        SyncFixture.shell(two, "echo two > a");
        Harvest first = f.harvest(one);
        Harvest second = f.harvest(two);

        CompletableFuture<ApplyReport> beside =
                CompletableFuture.supplyAsync(() -> f.apply(first, ConflictPolicy.FAIL));
        boolean secondApplied = f.apply(second, ConflictPolicy.FAIL).applied();

        assertThat(beside.join().applied()).isNotEqualTo(secondApplied);
        assertThat(f.repo.resolve("a")).hasContent(secondApplied ? "two\n" : "one\n");
        assertThat(f.git("show", "refs/oxbow/runs/" + first.run() + ":a")).isEqualTo("one");
        assertThat(f.git("show", "refs/oxbow/runs/" + second.run() + ":a")).isEqualTo("two");
    }

    @Test
    void s35_namesThatAreTheSameOnTheHostStopTheApply() {
        f.names = Optional.of(new HostNames(true, true));
        Sandbox sandbox = given("README");
        SyncFixture.shell(
                sandbox,
                "echo x > readme; printf x > \"$(printf 'e\\314\\201')\";"
                        + " printf y > \"$(printf '\\303\\251')\"");
        Harvest harvest = f.harvest(sandbox);

        ApplyReport report = f.apply(harvest, ConflictPolicy.SANDBOX);

        assertThat(report.applied()).isFalse();
        assertThat(report.conflicts())
                .extracting(Conflict::kind)
                .containsExactly(Conflict.Kind.SAME_NAME, Conflict.Kind.SAME_NAME);
        assertThat(SyncFixture.tree(f.repo).keySet()).containsExactly("README");
    }

    @Test
    void s35_onlyNamesThatMeetOnThisHostStopTheApply() {
        Sandbox sandbox = given("README");
        SyncFixture.shell(
                sandbox,
                "echo x > readme; mkdir Dir dir; echo x > Dir/one; echo y > dir/two;"
                        + " printf x > \"$(printf 'e\\314\\201')\";"
                        + " printf y > \"$(printf '\\303\\251')\"");
        Harvest harvest = f.harvest(sandbox);

        f.names = Optional.of(new HostNames(true, false));
        assertThat(colliding(harvest)).containsExactly("dir/two", "readme");
        f.names = Optional.of(new HostNames(false, true));
        assertThat(colliding(harvest)).containsExactly("\u00e9");
        assertThat(SyncFixture.tree(f.repo).keySet()).containsExactly("README");

        f.names = Optional.of(new HostNames(false, false));
        assertThat(colliding(harvest)).isEmpty();
        sameOnBothSides(sandbox);
    }

    private List<String> colliding(Harvest harvest) {
        return f.apply(harvest, ConflictPolicy.SANDBOX).conflicts().stream()
                .map(c -> c.path().toString())
                .toList();
    }

    @Test
    void s40_aRunThatWasCutShortIsMarkedAndItsResultWaitsToBeAskedFor() {
        Sandbox sandbox = given("a");
        SyncFixture.shell(sandbox, "echo half > a");
        RunId cut = RunId.next();
        RunId whole = RunId.next();

        f.sync().harvest(sandbox, cut, true, Progress.NONE);
        f.sync().harvest(sandbox, whole, false, Progress.NONE);

        assertThat(f.sync().harvested(cut).orElseThrow().partial()).isTrue();
        assertThat(f.sync().harvested(whole).orElseThrow().partial()).isFalse();
        assertThat(f.repo.resolve("a")).hasContent("1\n");
        assertThat(f.diff(f.sync().harvested(cut).orElseThrow())).contains("-1", "+half");
        assertThat(f.apply(f.sync().harvested(cut).orElseThrow(), ConflictPolicy.FAIL).applied())
                .isTrue();
        assertThat(f.repo.resolve("a")).hasContent("half\n");
    }

    @Test
    void s17_whateverMomentTheUserSavesAFileHisVersionIsTheOneThatIsThere() throws Exception {
        String[] names = {"a", "b", "c", "d", "e", "f"};
        Sandbox sandbox = given(names);
        Random random = new Random(17);
        for (int round = 0; round < 15; round++) {
            int now = round;
            SyncFixture.shell(
                    sandbox, "for n in a b c d e f; do echo agent " + now + " > $n; done");
            Harvest harvest = f.harvest(sandbox);
            int[] pauses = random.ints(names.length, 0, 400_000).toArray();
            CompletableFuture<Void> user =
                    CompletableFuture.runAsync(() -> {
                        for (int i = 0; i < names.length; i++) {
                            for (int spin = 0; spin < pauses[i]; spin++) {
                                Thread.onSpinWait();
                            }
                            save(names[i], "mine " + now + "\n");
                        }
                    });
            try {
                f.apply(harvest, ConflictPolicy.FAIL);
            } catch (OxException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.FILE_CHANGING);
            }
            user.join();

            for (String name : names) {
                assertThat(f.repo.resolve(name)).as("round %d", now).hasContent("mine " + now);
            }
            f.in(sandbox, new SyncOptions(List.of(), ConflictPolicy.LOCAL));
        }
    }

    /** As editors do it: a new file takes the place of the old one. */
    private void save(String name, String content) {
        try {
            Path next = Files.writeString(tmp.resolve("next-" + name), content);
            Files.move(next, f.repo.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void everyPolicyKeepsWhatLoses() {
        Sandbox sandbox = given("a");
        SyncFixture.shell(sandbox, "echo theirs > a");
        f.write("a", "mine\n");
        Harvest harvest = f.harvest(sandbox);

        assertThat(f.apply(harvest, ConflictPolicy.MERGE).applied()).isFalse();
        ApplyReport both = f.apply(harvest, ConflictPolicy.BOTH);
        assertThat(both.applied()).isTrue();
        assertThat(f.repo.resolve("a")).hasContent("mine\n");
        String id = sandbox.id().value();
        assertThat(f.repo.resolve("a.from-" + id.substring(id.length() - 6)))
                .hasContent("theirs\n");
        ApplyReport local = f.apply(harvest, ConflictPolicy.LOCAL);
        assertThat(f.repo.resolve("a")).hasContent("mine\n");
        assertThat(f.git("show", local.archive().orElseThrow() + ":a")).isEqualTo("theirs");
    }

    @Test
    void textThatDoesNotTouchTheSameLinesMerges() {
        f.write("a", "1\n2\n3\n4\n5\n6\n7\n");
        Sandbox sandbox = given();
        SyncFixture.shell(sandbox, "sed -i s/7/theirs/ a");
        f.write("a", "mine\n2\n3\n4\n5\n6\n7\n");

        assertThat(f.out(sandbox, ConflictPolicy.MERGE).applied()).isTrue();

        assertThat(f.repo.resolve("a")).hasContent("mine\n2\n3\n4\n5\n6\ntheirs\n");
    }

    @Test
    void theResultOutlivesItsSandbox() {
        Sandbox sandbox = given("a");
        SyncFixture.shell(sandbox, "echo 2 > a; mkdir empty");
        Harvest harvest = f.harvest(sandbox);
        f.provider.destroy(sandbox.id());
        f.sync().forget(sandbox.id());

        assertThat(f.diff(harvest)).contains("+2");
        assertThat(f.apply(harvest, ConflictPolicy.FAIL).applied()).isTrue();
        assertThat(f.repo.resolve("a")).hasContent("2\n");
        assertThat(f.repo.resolve("empty")).isEmptyDirectory();
    }

    @Test
    void f22_whatIsOnlyInTheSandboxIsCounted() {
        Sandbox sandbox = given("a");
        assertThat(f.sync().unextracted(sandbox)).isEmpty();
        SyncFixture.shell(sandbox, "echo 2 > a; echo 1 > new");

        assertThat(f.sync().unextracted(sandbox))
                .extracting(c -> c.path().toString())
                .containsExactly("a", "new");
    }

    @Test
    void theNextRunStartsFromWhatWasApplied() {
        Sandbox sandbox = given("a");
        SyncFixture.shell(sandbox, "echo 2 > a");
        f.out(sandbox);
        f.write("a", "3\n");

        assertThat(f.in(sandbox).filesSent()).isEqualTo(1);
        assertThat(f.inside(sandbox).resolve("a")).hasContent("3\n");
        assertThat(f.out(sandbox).filesChanged()).isZero();
    }
}
