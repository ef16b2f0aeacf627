package dev.oxbow.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ModelServerTest {
    private static final Script SCRIPT =
            Script.builder()
                    .title("A title")
                    .when(
                            "work",
                            s ->
                                    s.reason("Hm.")
                                            .say("First.")
                                            .run("ls")
                                            .write("a", "x\n")
                                            .say("Done."))
                    .when("bye", s -> s.say("Bye."))
                    .build();

    private static final List<Protocol> PROTOCOLS = List.of(Protocol.values());

    private static Talk talk(ModelServer server, Protocol protocol) {
        return new Talk(server, protocol, "one");
    }

    @ParameterizedTest
    @EnumSource
    void walksThroughTheTurnsOfAPrompt(Protocol protocol) {
        try (ModelServer server = ModelServer.start(SCRIPT);
                Talk talk = talk(server, protocol)) {
            Talk.Reply first = talk.prompt("please work");
            assertThat(first.text()).contains("First.");
            assertThat(first.tool()).isIn("exec_command", "bash", "Bash", "run_shell_command");
            assertThat(first.arguments().toString()).contains("ls");
            Talk.Reply second = talk.result(first.callId(), "files");
            assertThat(second.tool()).isIn("exec_command", "write", "Write", "write_file");
            assertThat(second.arguments().toString()).contains("x\\n");
            assertThat(talk.result(second.callId(), "ok").text()).isEqualTo("Done.");
            assertThat(talk.prompt("bye then").text()).isEqualTo("Bye.");
            assertThat(talk.prompt("what else").text()).isEqualTo("Nothing is scripted for this.");
            assertThat(server.requests().getLast().json().toString()).contains("please work");
            assertThat(server.requests().get(1).toolResults())
                    .singleElement()
                    .asString()
                    .contains("files");
        }
    }

    @ParameterizedTest
    @EnumSource
    void goesOnWhereAnotherServerStopped(Protocol protocol) {
        String callId;
        Set<String> ids = new HashSet<>();
        try (ModelServer server = ModelServer.start(SCRIPT);
                Talk talk = talk(server, protocol)) {
            callId = talk.prompt("work").callId();
            ids.add(callId);
            ids.add(talk.ask().callId());
        }
        try (ModelServer server = ModelServer.start(SCRIPT);
                Talk talk = talk(server, protocol)) {
            ids.add(talk.prompt("work").callId());
            assertThat(talk.result(callId, "files").tool()).isNotEmpty();
            assertThat(ids).as("no id is made twice").hasSize(3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void answersTitlesWithoutTouchingTheScript(Protocol protocol) {
        try (ModelServer server = ModelServer.start(SCRIPT);
                Talk talk = talk(server, protocol).withoutTools()) {
            Talk.Reply reply = talk.prompt("work");
            assertThat(reply.text()).isEqualTo("A title");
            assertThat(reply.tool()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void answersWholeWhereNoStreamIsWanted(Protocol protocol) {
        try (ModelServer server = ModelServer.start(SCRIPT);
                Talk talk = talk(server, protocol)) {
            talk.prompt("bye");
            HttpResponse<String> whole = talk.send(false);
            assertThat(whole.headers().firstValue("content-type")).contains("application/json");
            assertThat(Json.tree(whole.body()).toString()).contains("Bye.");
        }
    }

    @ParameterizedTest
    @EnumSource
    void failsAsOftenAsTheScriptSays(Protocol protocol) {
        Script script =
                Script.builder()
                        .when(
                                "flaky",
                                s ->
                                        s.add(new Step.Fail(429, "", "slow down", 2))
                                                .add(new Step.Fail(500, "odd", "broken", 1))
                                                .say("Recovered."))
                        .otherwise(s -> s.fail(401, "no"))
                        .build();
        try (ModelServer server = ModelServer.start(script);
                Talk talk = talk(server, protocol);
                Talk other = new Talk(server, protocol, "two")) {
            assertThat(talk.prompt("flaky").status()).isEqualTo(429);
            assertThat(talk.ask().raw()).contains("slow down");
            Talk.Reply third = talk.ask();
            assertThat(third.status()).isEqualTo(500);
            assertThat(third.raw()).contains("odd");
            assertThat(talk.ask().text()).isEqualTo("Recovered.");
            for (int i = 0; i < 3; i++) {
                assertThat(other.prompt("else").status()).isEqualTo(401);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void breaksAndCutsStreams(Protocol protocol) {
        Script script =
                Script.builder()
                        .when("break", s -> s.say("Half").add(new Step.FailInStream("", "snap", 0)))
                        .when("bytes", s -> s.add(new Step.CutAfterBytes(10, 1)).say("Whole."))
                        .when("frames", s -> s.add(new Step.CutAfterFrames(0, 0)).say("Never."))
                        .build();
        try (ModelServer server = ModelServer.start(script);
                Talk talk = talk(server, protocol)) {
            assertThat(talk.prompt("break").raw()).contains("Half").contains("snap");
            assertThatThrownBy(() -> talk.prompt("bytes")).isInstanceOf(UncheckedIOException.class);
            assertThat(talk.ask().text()).isEqualTo("Whole.");
            assertThatThrownBy(() -> talk.prompt("frames"))
                    .isInstanceOf(UncheckedIOException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void saysATextInPieces(Protocol protocol) {
        try (ModelServer server =
                        ModelServer.start(
                                Script.always(s -> s.say("Grüße 🐂!", 4, Duration.ofMillis(1))));
                Talk talk = talk(server, protocol)) {
            Talk.Reply reply = talk.prompt("hi");
            assertThat(reply.text()).isEqualTo("Grüße 🐂!");
            assertThat(reply.raw()).doesNotContain("\"Grüße 🐂!\",\"x\"");
        }
    }

    @Test
    void checksWhatTheScriptExpects() {
        Script script =
                Script.builder().when("a", s -> s.expect("say \"please\"").say("Fine.")).build();
        try (ModelServer server = ModelServer.start(script);
                Talk talk = talk(server, Protocol.OPENAI_CHAT)) {
            assertThat(talk.prompt("a").status()).isEqualTo(400);
            assertThat(server.violations()).hasSize(1).first().asString().contains("please");
            assertThat(talk.prompt("a, I say \"please\"").text()).isEqualTo("Fine.");
        }
    }

    @Test
    void keepsNoKeyButKnowsIt() {
        try (ModelServer server = ModelServer.start(SCRIPT, "the-key");
                Talk talk = talk(server, Protocol.OPENAI_RESPONSES)) {
            assertThat(talk.prompt("bye").text()).isEqualTo("Bye.");
            RecordedRequest request = server.requests().getFirst();
            assertThat(request.hasKey("the-key")).isTrue();
            assertThat(request.hasKey("another")).isFalse();
            assertThat(request.toString()).doesNotContain("the-key");
            assertThat(request.conversation()).isEqualTo("one");
        }
        try (ModelServer server = ModelServer.start(SCRIPT, "another-key");
                Talk talk = talk(server, Protocol.ANTHROPIC_MESSAGES)) {
            assertThat(talk.prompt("bye").status()).isEqualTo(401);
        }
    }

    @Test
    void servesWhatAgentsProbeAndNothingElse() throws Exception {
        try (ModelServer server = ModelServer.start(SCRIPT);
                HttpClient http =
                        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            assertThat(status(http, server, "GET", "/v1/models", "")).isEqualTo(200);
            assertThat(status(http, server, "HEAD", "/", "")).isEqualTo(200);
            assertThat(status(http, server, "POST", "/v1/messages/count_tokens", "{}"))
                    .isEqualTo(200);
            assertThat(status(http, server, "POST", "/v1beta/models/m:countTokens", "{}"))
                    .isEqualTo(200);
            assertThat(status(http, server, "GET", "/v1/responses", "")).isEqualTo(404);
            assertThat(status(http, server, "POST", "/telemetry?key=abc", "{}")).isEqualTo(404);
            assertThat(status(http, server, "POST", "/v1/responses", "not json")).isEqualTo(400);
            assertThat(server.requests().toString()).doesNotContain("abc");
            http.shutdownNow();
        }
    }

    private static int status(
            HttpClient http, ModelServer server, String method, String path, String body)
            throws Exception {
        return http.send(
                        HttpRequest.newBuilder(
                                        URI.create("http://127.0.0.1:" + server.port() + path))
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void talksToManyAtOnce() throws Exception {
        try (ModelServer server = ModelServer.start(SCRIPT);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> all =
                    IntStream.range(0, 40)
                            .mapToObj(i ->
                                    threads.submit(() -> {
                                        Protocol protocol = PROTOCOLS.get(i % 4);
                                        try (Talk talk = new Talk(server, protocol, "s" + i)) {
                                            String id = talk.prompt("work").callId();
                                            id = talk.result(id, "a").callId();
                                            return talk.result(id, "b").text();
                                        }
                                    }))
                            .toList();
            for (Future<String> one : all) {
                assertThat(one.get()).isEqualTo("Done.");
            }
        }
    }

    @Test
    void closesAtOnceWhileItHangs() throws Exception {
        ModelServer server =
                ModelServer.start(Script.always(s -> s.hang(Duration.ofHours(1)).say("x")));
        try (Talk talk = talk(server, Protocol.OPENAI_CHAT);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Talk.Reply> hanging = threads.submit(() -> talk.prompt("wait"));
            assertThat(
                            server.await(
                                    r -> r.prompt().equals("wait"),
                                    Deadline.in(Duration.ofSeconds(20))))
                    .isPresent();
            server.close();
            assertThatThrownBy(hanging::get).hasRootCauseInstanceOf(IOException.class);
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(t -> t.getName().contains("HTTP-Dispatcher"));
    }
}
