package dev.oxbow.egress;

import dev.oxbow.base.Deadline;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One connection from a sandbox: one request or one tunnel, then it is over. Runs on a thread of
 * its own and closes everything it opened.
 */
final class Connection implements Runnable {
    /** How long a refused client may take to read why. */
    private static final Duration GOODBYE = Duration.ofSeconds(2);

    private final Lifeline life;
    private final Wire client;
    private final Supplier<EgressPolicy> policy;
    private final EgressLimits limits;
    private final Dialer dialer;
    private final Consumer<EgressDecision> audit;
    private final Account account = new Account();
    private Optional<Wire> upstream = Optional.empty();
    private boolean answered;

    Connection(
            SocketChannel channel,
            Lifeline life,
            Supplier<EgressPolicy> policy,
            EgressLimits limits,
            Dialer dialer,
            Consumer<EgressDecision> audit) {
        this.client = new Wire(channel, life);
        this.life = life;
        this.policy = policy;
        this.limits = limits;
        this.dialer = dialer;
        this.audit = audit;
    }

    @Override
    public void run() {
        try {
            life.within(limits.headTime());
            Optional<Head> head = Head.read(client, Head.REQUEST, limits.headBytes());
            if (head.isPresent()) {
                account.saw(Request.method(head.get()).orElse(""));
                Request request = Request.toProxy(head.get());
                account.asks(request);
                if (request.method().equals("CONNECT")) {
                    tunnel(request.authority());
                } else {
                    forward(request);
                }
            }
        } catch (Refusal refusal) {
            // What breaks because the connection was cut is not the other side's fault.
            if (life.cause().isEmpty()) {
                account.refused(refusal);
                answer(refusal);
            } else {
                ended();
            }
        } catch (IOException e) {
            ended();
        } finally {
            life.close();
            account.close(
                            upstream.map(Wire::sent).orElse(0L),
                            upstream.map(Wire::received).orElse(0L))
                    .ifPresent(audit);
        }
    }

    /** Answers without looking, because too many are being served. */
    void turnAway() {
        Refusal refusal =
                Refusal.of(
                        EgressReason.TOO_MANY_CONNECTIONS,
                        503,
                        "too many connections at once; close some and try again");
        try {
            account.refused(refusal);
            answer(refusal);
        } finally {
            life.close();
            account.close(0, 0).ifPresent(audit);
        }
    }

    private void tunnel(Authority to) throws Refusal, IOException {
        Wire out = connect(to);
        if (client.pending()) {
            throw Refusal.ambiguous("data was sent before the CONNECT was answered");
        }
        client.write("HTTP/1.1 200 Connection established\r\n\r\n");
        answered = true;
        account.answered(200);
        life.within(limits.headTime());
        int first = client.peek();
        if (first < 0) {
            return;
        }
        if (first != 22 && to.port() != EgressRule.HTTPS) {
            plain(to, out);
            return;
        }
        ClientHello hello = hello(to);
        life.idle(limits.idleTime());
        out.write(hello.raw(), 0, hello.raw().length);
        Tunnel.run(client, out, life);
    }

    private ClientHello hello(Authority to) throws Refusal, IOException {
        try {
            ClientHello hello = ClientHello.read(client);
            String name = hello.serverName().map(Text::lower).orElse("");
            boolean sameName = to.host().literal() ? name.isEmpty() : name.equals(to.host().name());
            if (hello.hidden() || !sameName) {
                throw Refusal.of(
                        EgressReason.NAME_MISMATCH,
                        403,
                        "the TLS handshake inside the tunnel to %s does not ask for it openly"
                                .formatted(to.host().shown()));
            }
            return hello;
        } catch (Refusal refusal) {
            client.write(ClientHello.ALERT, 0, ClientHello.ALERT.length);
            throw refusal;
        }
    }

    /** HTTP inside a tunnel is inspected like HTTP outside of one; anything else is refused. */
    private void plain(Authority to, Wire out) throws Refusal, IOException {
        if (client.peek() < 'A' || client.peek() > 'Z') {
            throw Refusal.of(EgressReason.NOT_TLS, 403, "the tunnel carries neither TLS nor HTTP");
        }
        answered = false;
        Optional<Head> head = Head.read(client, Head.REQUEST, limits.headBytes());
        if (head.isPresent()) {
            Request request = Request.inTunnel(head.get(), to);
            account.asks(request);
            exchange(request, out);
        }
    }

    private void forward(Request request) throws Refusal, IOException {
        exchange(request, connect(request.authority()));
    }

    private void exchange(Request request, Wire out) throws Refusal, IOException {
        life.idle(limits.idleTime());
        Exchange exchange = new Exchange(request, client, out, limits.headBytes());
        try {
            exchange.run();
        } finally {
            answered = exchange.answered();
            if (exchange.status() > 0) {
                account.answered(exchange.status());
            }
        }
    }

    private Wire connect(Authority to) throws Refusal, IOException {
        Optional<EgressRule> rule = policy.get().ruleFor(to.host(), to.port());
        if (rule.isEmpty()) {
            throw notAllowed(to);
        }
        account.allowedBy(rule.get());
        life.idle(limits.connectTime().plusSeconds(5));
        SocketChannel channel =
                dialer.open(to, rule.get(), life, Deadline.in(limits.connectTime()));
        Wire wire = new Wire(channel, life);
        upstream = Optional.of(wire);
        return wire;
    }

    private static Refusal notAllowed(Authority to) {
        String toAdd = to.port() == EgressRule.HTTPS ? to.host().shown() : to.toString();
        if (to.host().literal()) {
            return Refusal.of(
                    EgressReason.IP_LITERAL, 403, to + " is an IP address that no rule names");
        }
        return new Refusal(
                EgressReason.NOT_ALLOWED,
                403,
                "%s is not on the allow-list of this run; add it with --network %s"
                        .formatted(to, toAdd),
                Optional.of(toAdd));
    }

    private void answer(Refusal refusal) {
        if (answered) {
            return;
        }
        life.within(GOODBYE);
        String body = "ox: " + refusal.detail() + "\n";
        String word = refusal.status() == 403 ? "Denied by egress policy" : "Refused by egress";
        try {
            client.write(
                    "HTTP/1.1 %d %s\r\nContent-Type: text/plain; charset=utf-8\r\n"
                                    .formatted(refusal.status(), word)
                            + "X-Oxbow-Egress: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
                                    .formatted(refusal.reason().wire(), body.length())
                            + body);
            client.drain();
        } catch (IOException e) {
            // The sandbox has gone; the decision is recorded all the same.
            ended();
        }
    }

    private void ended() {
        if (client.received() > 0) {
            account.begun();
        }
        life.cause()
                .ifPresent(cause ->
                        account.because(
                                cause,
                                cause == EgressReason.TIMEOUT
                                        ? "nothing moved for too long"
                                        : "the connection was cut from outside"));
    }
}
