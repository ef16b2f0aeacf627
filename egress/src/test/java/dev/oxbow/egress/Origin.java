package dev.oxbow.egress;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** A server on loopback that does what a test says with each connection, and counts. */
final class Origin implements Closeable {
    private final ServerSocket server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicLong connections = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    /** What is done with a connection. */
    interface Behaviour {
        void serve(Socket socket) throws IOException;
    }

    private Origin(ServerSocket server) {
        this.server = server;
    }

    static Origin start(Behaviour behaviour) throws IOException {
        Origin origin = new Origin(new ServerSocket(0, 1024, InetAddress.ofLiteral("127.0.0.1")));
        origin.threads.execute(() -> {
            try {
                while (true) {
                    Socket socket = origin.server.accept();
                    origin.connections.incrementAndGet();
                    origin.sockets.add(socket);
                    origin.threads.execute(() -> origin.serve(behaviour, socket));
                }
            } catch (IOException closed) {
                // The test is over.
            }
        });
        return origin;
    }

    /** Counts what arrives and says nothing. */
    static Origin silent() throws IOException {
        Origin[] self = new Origin[1];
        self[0] =
                start(socket -> {
                    byte[] buffer = new byte[8192];
                    for (int n; (n = socket.getInputStream().read(buffer)) > 0; ) {
                        self[0].bytes.addAndGet(n);
                    }
                });
        return self[0];
    }

    /** Sends everything back. */
    static Origin echo() throws IOException {
        return start(socket -> {
            socket.getInputStream().transferTo(socket.getOutputStream());
            socket.shutdownOutput();
        });
    }

    private void serve(Behaviour behaviour, Socket socket) {
        try (socket) {
            behaviour.serve(socket);
        } catch (IOException gone) {
            // The other side left; tests look at what they received.
        }
    }

    int port() {
        return server.getLocalPort();
    }

    long connections() {
        return connections.get();
    }

    long bytes() {
        return bytes.get();
    }

    /** Counts from zero again. */
    void forget() {
        bytes.set(0);
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        threads.shutdownNow();
        threads.close();
    }
}
