package dev.oxbow.egress;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The wall taken down: a proxy that asks nobody and reads nothing but where to go. Whatever it is
 * told to connect to is played by one origin.
 */
final class CarelessProxy implements Closeable {
    private final ServerSocket server;
    private final Origin origin;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private CarelessProxy(ServerSocket server, Origin origin) {
        this.server = server;
        this.origin = origin;
    }

    static CarelessProxy before(Origin origin) throws IOException {
        CarelessProxy proxy =
                new CarelessProxy(
                        new ServerSocket(0, 64, InetAddress.ofLiteral("127.0.0.1")), origin);
        proxy.threads.execute(() -> {
            try {
                while (true) {
                    Socket client = proxy.server.accept();
                    proxy.threads.execute(() -> proxy.serve(client));
                }
            } catch (IOException closed) {
                // The test is over.
            }
        });
        return proxy;
    }

    private void serve(Socket client) {
        try (client;
                Socket to = new Socket(InetAddress.ofLiteral("127.0.0.1"), origin.port())) {
            InputStream in = client.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] first = new byte[8192];
            int n = in.read(first);
            String head = new String(first, 0, Math.max(n, 0), StandardCharsets.ISO_8859_1);
            int end = head.indexOf("\r\n\r\n") + 4;
            if (head.startsWith("CONNECT ")) {
                client.getOutputStream()
                        .write("HTTP/1.1 200 \r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                out.write(first, end, n - end);
            } else {
                out.write(first, 0, n);
            }
            in.transferTo(out);
        } catch (IOException gone) {
            // The other side left; tests look at what the origin received.
        }
    }

    Client client() throws IOException {
        return Client.to(server.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
        threads.close();
    }
}
