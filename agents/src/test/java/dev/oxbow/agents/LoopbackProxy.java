package dev.oxbow.agents;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/** A bare HTTP proxy that remembers what it was asked for and reaches nothing but loopback. */
final class LoopbackProxy implements AutoCloseable {
    private final ServerSocket server;
    private final List<String> asked = new CopyOnWriteArrayList<>();

    LoopbackProxy() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        Thread.ofVirtual().name("loopback-proxy").start(this::accept);
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** First lines of all requests. */
    List<String> asked() {
        return asked;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread.ofVirtual().name("loopback-proxy-connection").start(() -> serve(client));
            } catch (IOException _) {
                // Closed: the test is over.
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            String head = head(client.getInputStream());
            String first = head.lines().findFirst().orElse("");
            asked.add(first);
            boolean connect = first.startsWith("CONNECT ");
            String target = first.split(" ", -1)[1];
            URI to = URI.create(connect ? "http://" + target : target);
            if (!"127.0.0.1".equals(to.getHost())) {
                client.getOutputStream()
                        .write(
                                "HTTP/1.1 403 Forbidden\r\n\r\n"
                                        .getBytes(StandardCharsets.US_ASCII));
                return;
            }
            try (Socket upstream = new Socket(InetAddress.ofLiteral("127.0.0.1"), to.getPort())) {
                if (connect) {
                    client.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                } else {
                    // One request per connection is enough here.
                    String path =
                            to.getRawPath()
                                    + (to.getRawQuery() == null ? "" : "?" + to.getRawQuery());
                    String forward =
                            head.replaceFirst(Pattern.quote(target), path)
                                    .replaceAll("(?im)^(proxy-)?connection:.*\r\n", "")
                                    .replaceFirst("\r\n\r\n$", "\r\nConnection: close\r\n\r\n");
                    upstream.getOutputStream().write(forward.getBytes(StandardCharsets.ISO_8859_1));
                }
                Thread up =
                        Thread.ofVirtual()
                                .name("loopback-proxy-up")
                                .start(() -> copy(client, upstream));
                copy(upstream, client);
                up.interrupt();
            }
        } catch (IOException | RuntimeException _) {
            // The agent hung up, or the model did: the agent's own output tells.
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[8192];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
                out.flush();
            }
            to.shutdownOutput();
        } catch (IOException _) {
            // The other direction ends the connection.
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (!bytes.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("closed");
            }
            bytes.write(b);
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
