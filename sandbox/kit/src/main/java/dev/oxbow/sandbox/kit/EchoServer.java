package dev.oxbow.sandbox.kit;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Answers each connection to it: reads one line that says how many bytes follow, reads them, sends
 * "echo " and the same bytes, and closes.
 */
final class EchoServer implements Closeable {
    private final ServerSocketChannel server;
    private final Optional<Path> file;
    private final AtomicInteger connections = new AtomicInteger();

    private EchoServer(ServerSocketChannel server, Optional<Path> file) {
        this.server = server;
        this.file = file;
        Thread.ofVirtual().name("kit-echo").start(this::accept);
    }

    /**
     * Lets the Java runtime open the descriptors and threads that it keeps for sockets ever after,
     * so that no test is blamed for them.
     */
    static void warmUp() throws IOException {
        try (EchoServer server = onLoopback();
                SocketChannel client = SocketChannel.open(server.server.getLocalAddress())) {
            client.write(ByteBuffer.wrap(request(new byte[0])));
            ByteBuffer answer = ByteBuffer.allocate(16);
            while (client.read(answer) >= 0) {
                Thread.onSpinWait();
            }
        }
    }

    static EchoServer onSocket(Path file) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(file), 64);
        // A relay may run as another user than the test.
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        return new EchoServer(server, Optional.of(file));
    }

    static EchoServer onLoopback() throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        return new EchoServer(server, Optional.empty());
    }

    static byte[] request(byte[] content) {
        byte[] head = (content.length + "\n").getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(head.length + content.length).put(head).put(content).array();
    }

    int port() throws IOException {
        SocketAddress address = server.getLocalAddress();
        return address instanceof InetSocketAddress inet ? inet.getPort() : -1;
    }

    int connections() {
        return connections.get();
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel connection = server.accept();
                connections.incrementAndGet();
                Thread.ofVirtual().name("kit-echo-connection").start(() -> answer(connection));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void answer(SocketChannel connection) {
        try (connection;
                var in = Channels.newInputStream(connection);
                var out = Channels.newOutputStream(connection)) {
            int length = 0;
            for (int b = in.read(); b != '\n'; b = in.read()) {
                if (b < 0) {
                    return;
                }
                length = length * 10 + b - '0';
            }
            out.write("echo ".getBytes(StandardCharsets.UTF_8));
            out.write(in.readNBytes(length));
            out.flush();
        } catch (IOException cut) {
            // The test on the other side sees what it did not get.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        if (file.isPresent()) {
            Files.deleteIfExists(file.get());
        }
    }
}
