package dev.oxbow.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.oxbow.base.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Answers one request: records it, finds its turn, writes it with its faults. */
final class ModelHandler implements HttpHandler {
    private static final int MOST_BODY_BYTES = 64 << 20;

    private final Script script;
    private final RequestLog log;
    private final Optional<String> requiredKey;
    private final Conversations conversations = new Conversations();

    ModelHandler(Script script, RequestLog log, Optional<String> requiredKey) {
        this.script = script;
        this.log = log;
        this.requiredKey = requiredKey;
    }

    @Override
    public void handle(HttpExchange http) throws IOException {
        String path = http.getRequestURI().getRawPath();
        Optional<Route> route = Route.of(http.getRequestMethod(), path);
        byte[] bytes = http.getRequestBody().readNBytes(MOST_BODY_BYTES);
        String body = new String(bytes, StandardCharsets.UTF_8);
        Optional<JsonNode> json = json(body);
        Optional<Exchange> exchange =
                route.filter(r -> r.kind() == Route.Kind.TURN)
                        .flatMap(r ->
                                json.map(tree ->
                                        r.dialect().read(tree, http.getRequestHeaders(), path)));
        RecordedRequest request = record(http, route, exchange, body);
        Answer answer = new Answer(http);
        if (route.isEmpty()) {
            answer.json(
                    404,
                    Map.of(
                            "error",
                            Map.of(
                                    "message",
                                    "nothing is served at " + path,
                                    "type",
                                    "not_found_error")));
            return;
        }
        Dialect dialect = route.get().dialect();
        if (requiredKey.isPresent() && !request.hasKey(requiredKey.get())) {
            answer.json(401, dialect.error(401, "", "the key is missing or wrong"));
            return;
        }
        switch (route.get().kind()) {
            case TURN -> {
                if (exchange.isEmpty()) {
                    answer.json(400, dialect.error(400, "", "the body is not JSON"));
                } else {
                    turn(answer, dialect, exchange.get(), request);
                }
            }
            case COUNT -> answer.json(200, Map.of("input_tokens", 100, "totalTokens", 100));
            case MODELS -> answer.json(200, models());
            case PROBE -> answer.empty(200);
        }
    }

    private void turn(Answer answer, Dialect dialect, Exchange exchange, RecordedRequest request)
            throws IOException {
        Turn turn;
        CallId call;
        if (exchange.tools()) {
            Conversations.Place place = Conversations.next(script, exchange);
            turn = conversations.take(script, place, request.conversation());
            call = CallId.next(dialect.callPrefix(), place.scenario(), place.turn());
        } else {
            turn = new Turn(List.of(new Step.Say(script.title(), 1, Duration.ZERO)));
            call = CallId.next(dialect.callPrefix(), 0, 0);
        }
        Optional<String> missing =
                turn.all(Step.Expect.class)
                        .map(Step.Expect::text)
                        .filter(text -> !contains(request, text))
                        .findFirst();
        if (missing.isPresent()) {
            String sentence =
                    "request %d does not contain '%s'".formatted(request.number(), missing.get());
            log.violated(sentence);
            answer.json(400, dialect.error(400, "", sentence));
            return;
        }
        Optional<Step.Fail> fail = turn.all(Step.Fail.class).findFirst();
        if (fail.isPresent()) {
            Step.Fail f = fail.get();
            answer.json(f.status(), dialect.error(f.status(), f.type(), f.message()));
            return;
        }
        Turn spoken = turn.spoken();
        if (exchange.stream()) {
            answer.stream(dialect.stream(exchange, spoken, call), turn);
            return;
        }
        Optional<Step.FailInStream> late = turn.all(Step.FailInStream.class).findFirst();
        if (late.isPresent()) {
            answer.json(500, dialect.error(500, late.get().type(), late.get().message()));
        } else {
            answer.whole(dialect.whole(exchange, spoken, call), turn);
        }
    }

    private RecordedRequest record(
            HttpExchange http, Optional<Route> route, Optional<Exchange> exchange, String body) {
        String path = http.getRequestURI().toString();
        return log.add(number ->
                new RecordedRequest(
                        number,
                        Instant.now(),
                        route.flatMap(Route::protocol),
                        http.getRequestMethod(),
                        Credentials.without(path),
                        Credentials.without(http.getRequestHeaders()),
                        body,
                        exchange.map(Conversations::key).orElse(""),
                        exchange.map(Exchange::prompt).orElse(""),
                        exchange.map(e -> e.results().stream().map(Exchange.Result::text).toList())
                                .orElse(List.of()),
                        Credentials.digest(http.getRequestHeaders(), path)));
    }

    /** Looks for the text as it is, and as it looks inside a JSON string. */
    private static boolean contains(RecordedRequest request, String text) {
        String inJson = Json.write(text);
        return request.body().contains(text)
                || request.body().contains(inJson.substring(1, inJson.length() - 1));
    }

    private static Optional<JsonNode> json(String body) {
        try {
            return Optional.of(Json.tree(body));
        } catch (Json.MalformedJson e) {
            return Optional.empty();
        }
    }

    private static Object models() {
        return Map.of(
                "object",
                "list",
                "data",
                List.of(Map.of("id", "scripted-model", "object", "model", "owned_by", "oxbow")));
    }
}
