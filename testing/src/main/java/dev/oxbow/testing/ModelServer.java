package dev.oxbow.testing;

import com.sun.net.httpserver.HttpServer;
import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/**
 * Stands in for a model: a server on 127.0.0.1 that answers coding agents by a {@link Script}, and
 * remembers what they asked.
 *
 * <p>Speaks OpenAI Responses ({@code /v1/responses}), Chat Completions ({@code
 * /v1/chat/completions}), Anthropic Messages ({@code /v1/messages}) and Gemini ({@code
 * /v1beta/models/…}) at once, streamed or whole, for any number of conversations at once. Which
 * turn comes next is read from the request, so agents may be restarted and resumed at will, also
 * against another server with the same script.
 *
 * <pre>{@code
 * try (ModelServer model = ModelServer.start(script)) {
 *     URI url = model.baseUrl(Protocol.OPENAI_RESPONSES);
 *     …
 *     assertThat(model.requests()).isNotEmpty();
 * }
 * }</pre>
 *
 * <p>Safe for concurrent use.
 */
public final class ModelServer implements AutoCloseable {
    private final HttpServer http;
    private final ExecutorService threads;
    private final RequestLog log;

    private ModelServer(HttpServer http, ExecutorService threads, RequestLog log) {
        this.http = http;
        this.threads = threads;
        this.log = log;
    }

    /**
     * Starts on a free port and accepts every key.
     *
     * @throws OxException {@code INTERNAL} if loopback cannot be listened on
     */
    public static ModelServer start(Script script) {
        return start(script, 0, Optional.empty());
    }

    /** As {@link #start(Script)}, but answers 401 to requests that do not carry this key. */
    public static ModelServer start(Script script, String requiredKey) {
        return start(script, 0, Optional.of(requiredKey));
    }

    /**
     * Starts on a given port.
     *
     * @param port 0 for a free one
     * @param requiredKey requests without it are answered 401; empty accepts every key
     */
    public static ModelServer start(Script script, int port, Optional<String> requiredKey) {
        try {
            HttpServer http =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 1024);
            RequestLog log = new RequestLog();
            ExecutorService threads =
                    Executors.newThreadPerTaskExecutor(
                            Thread.ofVirtual().name("model-server-", 0).factory());
            http.setExecutor(threads);
            http.createContext("/", new ModelHandler(script, log, requiredKey));
            http.start();
            return new ModelServer(http, threads, log);
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.INVALID_ARGUMENT,
                            "the model server cannot listen on 127.0.0.1:%d: %s",
                            port,
                            e)
                    .causedBy(e);
        }
    }

    /** The port on 127.0.0.1. */
    public int port() {
        return http.getAddress().getPort();
    }

    /** The base URL to give to an agent, in the form that its documentation asks for. */
    public URI baseUrl(Protocol protocol) {
        return URI.create("http://127.0.0.1:" + port() + protocol.basePath());
    }

    /** What arrived so far, oldest first; the newest 10,000 are kept. */
    public List<RecordedRequest> requests() {
        return log.requests();
    }

    /** Demands of the script that were not met, in order, one sentence each. */
    public List<String> violations() {
        return log.violations();
    }

    /**
     * Waits for a request; earlier ones count too.
     *
     * @return the first that fits; empty if the deadline came before it
     * @throws InterruptedException while waiting
     */
    public Optional<RecordedRequest> await(Predicate<RecordedRequest> wanted, Deadline deadline)
            throws InterruptedException {
        return log.await(wanted, deadline);
    }

    /** Cuts what is under way and frees port and threads. Idempotent. */
    @Override
    public void close() {
        threads.shutdownNow();
        http.stop(0);
        threads.close();
    }
}
