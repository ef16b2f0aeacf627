package dev.oxbow.egress;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** Raw bytes to a proxy, raw bytes back. */
final class Client implements Closeable {
    private final Socket socket;

    private Client(Socket socket) {
        this.socket = socket;
    }

    static Client to(EgressProxy proxy) throws IOException {
        return to(proxy.port().orElseThrow());
    }

    static Client to(int port) throws IOException {
        Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
        socket.setSoTimeout(20_000);
        return new Client(socket);
    }

    Client send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    Client send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    Client end() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    InputStream in() throws IOException {
        return socket.getInputStream();
    }

    /** Up to the first empty line. */
    String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in().read();
            if (b < 0) {
                break;
            }
            head.append((char) b);
        }
        return head.toString();
    }

    /** Everything until the connection ends, however it ends. */
    String rest() throws IOException {
        StringBuilder rest = new StringBuilder();
        try {
            for (int b; (b = in().read()) >= 0; ) {
                rest.append((char) b);
            }
        } catch (SocketException reset) {
            rest.append("<reset>");
        }
        return rest.toString();
    }

    /** Opens a tunnel. */
    static Client tunnel(EgressProxy proxy, String authority) throws IOException {
        Client client = to(proxy);
        client.send("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n");
        String head = client.head();
        if (!head.startsWith("HTTP/1.1 200 ")) {
            throw new IOException("no tunnel: " + head + client.rest());
        }
        return client;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
