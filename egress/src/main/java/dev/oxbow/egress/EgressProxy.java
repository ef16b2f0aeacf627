package dev.oxbow.egress;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * An HTTP/1.1 forward proxy: {@code CONNECT} tunnels, and plain requests with a whole {@code
 * http://} URL. Nothing passes but what the policy names.
 *
 * <p>A tunnel carries TLS whose client hello openly asks for the tunnel's host; to ports other than
 * 443 it may carry HTTP, which is inspected like a request outside a tunnel. Names are resolved
 * once, and all their addresses checked. One connection serves one request.
 *
 * <p>Every request is reported once, when it has ended, on a thread of its own; the receiver must
 * be safe for concurrent use and return soon. Safe for concurrent use.
 */
public final class EgressProxy implements AutoCloseable {
    private static final int LOOKUPS_AT_ONCE = 8;
    private static final Duration PATROL = Duration.ofMillis(100);

    private final ServerSocketChannel server;
    private final Optional<Path> socket;
    private final EgressLimits limits;
    private final Consumer<EgressDecision> audit;
    private final Dialer dialer;
    private final ThreadPoolExecutor lookups;
    private final ExecutorService connections;
    private final Set<Lifeline> open = ConcurrentHashMap.newKeySet();
    private final Semaphore places;
    private final Thread acceptor;
    private final Thread patrol;
    private volatile EgressPolicy policy;
    private volatile boolean closing;

    private EgressProxy(
            ServerSocketChannel server,
            Optional<Path> socket,
            EgressPolicy policy,
            EgressLimits limits,
            Resolver resolver,
            Consumer<EgressDecision> audit) {
        this.server = server;
        this.socket = socket;
        this.policy = policy;
        this.limits = limits;
        this.audit = audit;
        this.places = new Semaphore(limits.connections());
        this.lookups =
                new ThreadPoolExecutor(
                        LOOKUPS_AT_ONCE,
                        LOOKUPS_AT_ONCE,
                        10,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(limits.connections()),
                        Thread.ofPlatform().daemon().name("egress-lookup-", 0).factory());
        lookups.allowCoreThreadTimeOut(true);
        this.dialer = new Dialer(resolver, lookups);
        this.connections =
                Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("egress-", 0).factory());
        this.acceptor = Thread.ofVirtual().name("egress-accept").unstarted(this::accept);
        this.patrol = Thread.ofVirtual().name("egress-patrol").unstarted(this::patrol);
    }

    /**
     * Listens on a Unix socket that only this user may connect to.
     *
     * @param unixSocket where the socket is made; a stale one is replaced
     * @throws OxException {@code INVALID_ARGUMENT} if the path is too long for a socket or taken,
     *     {@code INTERNAL} if it cannot be made
     */
    public static EgressProxy open(
            Path unixSocket, EgressPolicy policy, Consumer<EgressDecision> audit) {
        return open(unixSocket, SocketAccess.SELF, policy, EgressLimits.DEFAULT, audit);
    }

    /** As {@link #open(Path, EgressPolicy, Consumer)}, with another owner and other bounds. */
    public static EgressProxy open(
            Path unixSocket,
            SocketAccess access,
            EgressPolicy policy,
            EgressLimits limits,
            Consumer<EgressDecision> audit) {
        return started(
                new EgressProxy(
                        ListeningSocket.open(unixSocket, access),
                        Optional.of(unixSocket),
                        policy,
                        limits,
                        EgressProxy::lookUp,
                        audit));
    }

    /** Listens on a free port of 127.0.0.1, where every user of the machine can reach it. */
    public static EgressProxy openLoopback(EgressPolicy policy, Consumer<EgressDecision> audit) {
        return openLoopback(policy, EgressLimits.DEFAULT, EgressProxy::lookUp, audit);
    }

    static EgressProxy openLoopback(
            EgressPolicy policy,
            EgressLimits limits,
            Resolver resolver,
            Consumer<EgressDecision> audit) {
        try {
            ServerSocketChannel server = ServerSocketChannel.open();
            server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 1024);
            return started(
                    new EgressProxy(server, Optional.empty(), policy, limits, resolver, audit));
        } catch (IOException e) {
            throw OxException.of(ErrorCode.INTERNAL, "the egress proxy cannot listen: %s", e)
                    .causedBy(e);
        }
    }

    private static EgressProxy started(EgressProxy proxy) {
        proxy.acceptor.start();
        proxy.patrol.start();
        return proxy;
    }

    private static List<InetAddress> lookUp(String name) throws UnknownHostException {
        return List.of(InetAddress.getAllByName(name));
    }

    /** The port on 127.0.0.1; empty for a proxy on a Unix socket. */
    public Optional<Integer> port() {
        try {
            return server.getLocalAddress() instanceof InetSocketAddress address
                    ? Optional.of(address.getPort())
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What may be reached now. */
    public EgressPolicy policy() {
        return policy;
    }

    /**
     * Lets another policy hold from now on and cuts every connection made under the old one. When
     * this returns, nothing passes any more that only the old policy allowed.
     */
    public void switchTo(EgressPolicy next) {
        policy = next;
        open.forEach(life -> life.cut(EgressReason.POLICY_CHANGED));
    }

    /** Cuts everything, reports it, and removes the socket. Idempotent. */
    @Override
    public void close() {
        closing = true;
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            policy = EgressPolicy.DENY_ALL;
            open.forEach(life -> life.cut(EgressReason.POLICY_CHANGED));
            patrol.interrupt();
            Tunnel.joinUninterrupted(acceptor);
            open.forEach(life -> life.cut(EgressReason.POLICY_CHANGED));
            lookups.shutdownNow();
            endConnections();
            Tunnel.joinUninterrupted(patrol);
            socket.ifPresent(ListeningSocket::remove);
        }
    }

    /** Their channels are closed, so this waits only for a receiver of decisions that is slow. */
    private void endConnections() {
        connections.shutdown();
        try {
            if (!connections.awaitTermination(5, TimeUnit.SECONDS)) {
                List<Runnable> unusedNeverStarted = connections.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept() {
        while (!closing) {
            try {
                serve(server.accept());
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                // Out of descriptors or a client that left in the queue: the next one may be fine.
                pause();
            }
        }
    }

    private void serve(SocketChannel channel) throws IOException {
        if (open.size() > 2 * limits.connections()) {
            channel.close();
            return;
        }
        Lifeline life = new Lifeline();
        life.hold(channel);
        open.add(life);
        boolean placed = places.tryAcquire();
        Connection connection = new Connection(channel, life, () -> policy, limits, dialer, audit);
        connections.execute(() -> {
            try {
                if (placed) {
                    connection.run();
                } else {
                    connection.turnAway();
                }
            } finally {
                open.remove(life);
                if (placed) {
                    places.release();
                }
            }
        });
    }

    private void patrol() {
        while (!closing) {
            for (Lifeline life : open) {
                if (life.expired()) {
                    life.cut(EgressReason.TIMEOUT);
                }
            }
            pause();
        }
    }

    private void pause() {
        try {
            Thread.sleep(PATROL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
