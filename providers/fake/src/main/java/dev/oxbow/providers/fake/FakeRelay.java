package dev.oxbow.providers.fake;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.sandbox.Relay;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A way to a Unix socket of the host. For host programs it listens on a real loopback port, which
 * all sandboxes of the machine share; programs in memory connect through the sandbox.
 */
final class FakeRelay implements Relay {
    private final int port;
    private final Path socket;
    private final @Nullable ServerSocketChannel server;
    private final Consumer<FakeRelay> onClose;
    private final Set<Channel> connections = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private FakeRelay(
            int port,
            Path socket,
            @Nullable ServerSocketChannel server,
            Consumer<FakeRelay> onClose) {
        this.port = port;
        this.socket = socket;
        this.server = server;
        this.onClose = onClose;
    }

    static FakeRelay open(int port, Path socket, boolean listen, Consumer<FakeRelay> onClose) {
        if (!listen) {
            return new FakeRelay(port, socket, null, onClose);
        }
        try {
            ServerSocketChannel server = ServerSocketChannel.open();
            server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 64);
            FakeRelay relay = new FakeRelay(port, socket, server, onClose);
            Thread.ofVirtual().name("fake-relay-" + port).start(() -> relay.accept(server));
            return relay;
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.PROVIDER_UNAVAILABLE,
                            "port %d of the host cannot be listened on, and a sandbox without walls"
                                    + " has no other",
                            port)
                    .causedBy(e);
        }
    }

    private void accept(ServerSocketChannel listening) {
        while (listening.isOpen()) {
            try {
                SocketChannel inside = owning(listening.accept());
                Thread.ofVirtual().name("fake-relay-out-" + port).start(() -> carry(inside));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void carry(SocketChannel inside) {
        try (inside;
                SocketChannel outside = owning(SocketChannel.open(StandardProtocolFamily.UNIX))) {
            outside.connect(UnixDomainSocketAddress.of(socket));
            Thread back =
                    Thread.ofVirtual()
                            .name("fake-relay-in-" + port)
                            .start(() -> copy(outside, inside));
            copy(inside, outside);
            back.join();
        } catch (IOException refused) {
            // Whoever connected sees its connection closed, as behind any dead relay.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connections.removeIf(c -> !c.isOpen());
        }
    }

    private static void copy(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
        try {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
            to.shutdownOutput();
        } catch (IOException cut) {
            // The other direction ends by the same cause.
        }
    }

    boolean leadsTo(Path other) {
        return socket.equals(other);
    }

    Path socket() {
        return socket;
    }

    /** Closes that connection together with the relay. */
    SocketChannel owning(SocketChannel connection) throws IOException {
        connections.add(connection);
        if (closed) {
            connection.close();
        }
        return connection;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void close() {
        onClose.accept(this);
        closed = true;
        try {
            if (server != null) {
                server.close();
            }
            for (Channel connection : connections) {
                connection.close();
            }
        } catch (IOException e) {
            throw OxException.of(ErrorCode.PROVIDER_UNAVAILABLE, "cannot close port %d", port)
                    .causedBy(e);
        }
    }
}
