package dev.oxbow.egress;

import dev.oxbow.base.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Opens connections: asks for the addresses of a name once, checks all of them, and connects to one
 * of exactly those, so that no second answer of the name service can lead elsewhere.
 */
final class Dialer {
    private final Resolver resolver;
    private final ExecutorService lookups;

    /**
     * @param lookups platform threads: a name lookup is a native call that holds its thread
     */
    Dialer(Resolver resolver, ExecutorService lookups) {
        this.resolver = resolver;
        this.lookups = lookups;
    }

    SocketChannel open(Authority to, EgressRule rule, Lifeline life, Deadline deadline)
            throws Refusal, IOException {
        List<InetAddress> addresses = addresses(to, deadline);
        for (InetAddress address : addresses) {
            boolean fine =
                    to.host().literal()
                            || Addresses.isPublic(address)
                            || (rule.local() && Addresses.isLocal(address));
            if (!fine) {
                throw Refusal.of(
                        EgressReason.FORBIDDEN_ADDRESS,
                        403,
                        to.host().shown() + " leads to an address that no name may lead to");
            }
        }
        for (InetAddress address : addresses) {
            SocketChannel channel = life.hold(SocketChannel.open());
            try {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                int millis = Math.clamp(deadline.remaining().toMillis(), 1, 60_000);
                channel.socket().connect(new InetSocketAddress(address, to.port()), millis);
                return channel;
            } catch (IOException e) {
                channel.close();
                if (life.cause().isPresent()) {
                    throw e;
                }
            }
        }
        throw Refusal.of(EgressReason.UNREACHABLE, 502, "nobody answers at " + to);
    }

    private List<InetAddress> addresses(Authority to, Deadline deadline) throws Refusal {
        String name = to.host().name();
        if (to.host().literal()) {
            return List.of(InetAddress.ofLiteral(name));
        }
        try {
            Future<List<InetAddress>> lookup = lookups.submit(() -> resolver.resolve(name));
            try {
                List<InetAddress> found =
                        lookup.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
                if (!found.isEmpty()) {
                    return found;
                }
            } finally {
                lookup.cancel(true);
            }
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof UnknownHostException)) {
                throw new IllegalStateException("the name lookup failed by a defect", e);
            }
        } catch (TimeoutException | RejectedExecutionException e) {
            throw new Refusal(
                    EgressReason.TIMEOUT, 504, "the name lookup took too long", Optional.empty());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw Refusal.of(EgressReason.UNRESOLVABLE, 502, to.host().shown() + " has no address");
    }
}
