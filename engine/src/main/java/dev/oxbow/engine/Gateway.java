package dev.oxbow.engine;

import dev.oxbow.agents.EngineEvent;
import dev.oxbow.agents.Event;
import dev.oxbow.agents.Launch;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.egress.EgressDecision;
import dev.oxbow.egress.EgressPolicy;
import dev.oxbow.egress.EgressProxy;
import dev.oxbow.egress.EgressRule;
import dev.oxbow.sandbox.Sandbox;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * The way out of a sandbox during one run: a proxy that lets through what the run may reach, and
 * for agents that ignore proxies on loopback, a bridge to each port of their model. Closed, nothing
 * gets out any more.
 */
final class Gateway implements AutoCloseable {
    /** Where the proxy listens inside every sandbox. */
    static final int PROXY_PORT = 3128;

    private final List<AutoCloseable> proxies = new ArrayList<>();
    private final List<AutoCloseable> relays = new ArrayList<>();

    private Gateway() {}

    /** The proxy's address inside. */
    static URI proxyAddress() {
        return URI.create("http://127.0.0.1:" + PROXY_PORT);
    }

    /** What a run may reach: what it asked for, and its own model. */
    static EgressPolicy policy(RunRequest request, Launch launch) {
        EgressPolicy policy = EgressPolicy.DENY_ALL;
        for (String rule : request.network()) {
            policy = policy.and(EgressRule.parse(rule));
        }
        for (Launch.Endpoint model : launch.reaches()) {
            policy = policy.and(EgressRule.of(model.host(), model.port()));
        }
        if (request.modelUrl().isPresent()) {
            policy = policy.and(EgressRule.forModel(request.modelUrl().get()));
        }
        return policy;
    }

    static Gateway open(
            DataDirectory data,
            Sandbox sandbox,
            EgressPolicy policy,
            Iterable<Integer> directPorts,
            Consumer<Event> events) {
        Gateway gateway = new Gateway();
        try {
            Path socket = data.socket(sandbox.id(), Optional.empty());
            Files.deleteIfExists(socket);
            gateway.proxies.add(
                    EgressProxy.open(socket, policy, decision -> events.accept(event(decision))));
            gateway.relays.add(sandbox.openRelay(PROXY_PORT, socket));
            for (int port : directPorts) {
                Path direct = data.socket(sandbox.id(), Optional.of(port));
                Files.deleteIfExists(direct);
                gateway.proxies.add(PortBridge.open(direct, port));
                gateway.relays.add(sandbox.openRelay(port, direct));
            }
            return gateway;
        } catch (IOException e) {
            gateway.close();
            throw OxException.of(
                            ErrorCode.POLICY_NOT_ENFORCED, "the way out cannot be opened: %s", e)
                    .causedBy(e);
        } catch (RuntimeException e) {
            gateway.close();
            throw e;
        }
    }

    private static Event event(EgressDecision decision) {
        Optional<String> method = present(decision.method());
        Optional<String> path = present(decision.pathPrefix());
        OptionalLong up = OptionalLong.of(decision.bytesUp());
        OptionalLong down = OptionalLong.of(decision.bytesDown());
        OptionalInt status =
                decision.status() == 0 ? OptionalInt.empty() : OptionalInt.of(decision.status());
        return decision.allowed()
                ? new EngineEvent.EgressAllowed(
                        decision.host(),
                        decision.port(),
                        method,
                        decision.rule(),
                        path,
                        up,
                        down,
                        status)
                : new EngineEvent.EgressDenied(
                        decision.host(),
                        decision.port(),
                        method,
                        decision.rule(),
                        decision.detail().orElse("not allowed"),
                        path,
                        up,
                        down,
                        status,
                        decision.ruleToAdd());
    }

    private static Optional<String> present(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    /** Closes this end only: what listens here next gets what comes. */
    void leave() {
        close(proxies);
    }

    @Override
    public void close() {
        try {
            close(relays);
        } finally {
            close(proxies);
        }
    }

    /** A part that fails does not keep the others open. */
    private static void close(List<AutoCloseable> parts) {
        RuntimeException failed = null;
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                if (failed == null) {
                    failed = new IllegalStateException("the way out did not close cleanly", e);
                } else {
                    failed.addSuppressed(e);
                }
            }
        }
        parts.clear();
        if (failed != null) {
            throw failed;
        }
    }
}
