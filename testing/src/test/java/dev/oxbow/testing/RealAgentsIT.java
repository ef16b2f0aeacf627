package dev.oxbow.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The real agents take the server for their model: they do what it says, end as they should, and
 * fail as they should.
 */
class RealAgentsIT {
    private static final Script SCRIPT =
            Script.builder()
                    .when(
                            "make two files",
                            s ->
                                    s.reason("Two steps.")
                                            .run("echo from-a-command | tee one.txt")
                                            .expect("from-a-command")
                                            .write("two.txt", "alpha\nbeta\n")
                                            .edit("two.txt", "alpha", "ALPHA")
                                            .usage(new Usage(1200, 200, 30, 10))
                                            .say("Both are there.", 3, Duration.ofMillis(5)))
                    .when("go on", s -> s.expect("make two files").say("Remembered."))
                    .when("fail", s -> s.fail(401, "scripted refusal"))
                    .build();
    private static final Pattern SESSION =
            Pattern.compile("\"(?:thread_id|sessionID|session_id)\":\"([^\"]+)\"");

    @TempDir Path dir;

    @ParameterizedTest
    @EnumSource
    void doesWhatTheModelSaysAndRemembersIt(RealAgents.Agent agent) throws IOException {
        try (ModelServer model = ModelServer.start(SCRIPT, "the-key")) {
            RealAgents agents = new RealAgents(dir, model);
            RealAgents.Ended ended = agents.prompt(agent, "please make two files");
            assertThat(ended.exitCode()).as(ended.toString()).isZero();
            assertThat(agents.work().resolve("one.txt")).hasContent("from-a-command");
            assertThat(agents.work().resolve("two.txt")).hasContent("ALPHA\nbeta\n");
            assertThat(model.violations()).isEmpty();
            assertThat(model.requests()).allSatisfy(r -> assertThat(r.hasKey("the-key")).isTrue());

            Matcher session = SESSION.matcher(ended.out());
            assertThat(session.find()).isTrue();
            RealAgents.Ended resumed =
                    agents.prompt(agent, "now go on", Optional.of(session.group(1)));
            assertThat(resumed.exitCode()).as(resumed.toString()).isZero();
            assertThat(resumed.out()).contains("Remembered.");
            assertThat(model.violations()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void failsWhenTheModelRefuses(RealAgents.Agent agent) throws IOException {
        try (ModelServer model = ModelServer.start(SCRIPT)) {
            RealAgents.Ended ended = new RealAgents(dir, model).prompt(agent, "please fail");
            assertThat(ended.exitCode())
                    .as(ended.toString())
                    .isEqualTo(agent == RealAgents.Agent.GEMINI ? 145 : 1);
            assertThat(ended.out() + ended.err()).contains("scripted refusal");
        }
    }
}
