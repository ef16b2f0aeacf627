package dev.oxbow.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/** Leads every connection to a Unix socket on to one port of the host's loopback. */
final class PortBridge implements AutoCloseable {
    /** Connections beyond it wait in the socket's backlog. */
    private static final int MOST = 64;

    private final ServerSocketChannel server;
    private final Path socket;
    private final int port;
    private final Semaphore room = new Semaphore(MOST);
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

    private PortBridge(ServerSocketChannel server, Path socket, int port) {
        this.server = server;
        this.socket = socket;
        this.port = port;
    }

    static PortBridge open(Path socket, int port) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(socket), 128);
        } catch (IOException e) {
            server.close();
            throw e;
        }
        PortBridge bridge = new PortBridge(server, socket, port);
        Thread.ofVirtual().name("bridge-" + port).start(bridge::accept);
        return bridge;
    }

    private void accept() {
        try {
            while (true) {
                room.acquire();
                SocketChannel in = server.accept();
                Thread.ofVirtual().name("bridge-" + port + "-open").start(() -> serve(in));
            }
        } catch (IOException | InterruptedException closed) {
            // The bridge was closed: there is nothing more to do.
            return;
        }
    }

    private void serve(SocketChannel in) {
        open.add(in);
        try (in;
                SocketChannel out =
                        SocketChannel.open(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
            open.add(out);
            Thread back =
                    Thread.ofVirtual().name("bridge-" + port + "-back").start(() -> copy(out, in));
            copy(in, out);
            back.join();
            open.remove(out);
        } catch (IOException | InterruptedException cut) {
            // Whoever is inside sees the connection end, as it would without a bridge.
            return;
        } finally {
            open.remove(in);
            room.release();
        }
    }

    private static void copy(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocate(16 << 10);
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
            closeBoth(from, to);
        }
    }

    private static void closeBoth(SocketChannel one, SocketChannel other) {
        try (one;
                other) {
            return;
        } catch (IOException e) {
            // Closed is closed.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (SocketChannel channel : open) {
            channel.close();
        }
        Files.deleteIfExists(socket);
    }
}
