package dev.oxbow.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EgressProxyTest {
    private final Queue<EgressDecision> decisions = new ConcurrentLinkedQueue<>();
    private EgressProxy proxy = proxy(EgressPolicy.DENY_ALL);

    @AfterEach
    void close() {
        proxy.close();
    }

    private EgressProxy proxy(EgressPolicy policy) {
        return EgressProxy.openLoopback(
                policy,
                new EgressLimits(
                        300,
                        64 << 10,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(20)),
                EgressProxyTest::resolve,
                decisions::add);
    }

    private static List<InetAddress> resolve(String name) throws UnknownHostException {
        return switch (name) {
            case "model.test", "a.wild.test", "localhost" ->
                    List.of(InetAddress.ofLiteral("127.0.0.1"));
            case "mixed.test" ->
                    List.of(
                            InetAddress.ofLiteral("93.184.216.34"),
                            InetAddress.ofLiteral("10.0.0.1"));
            case "metadata.test" -> List.of(InetAddress.ofLiteral("169.254.169.254"));
            default -> throw new UnknownHostException(name);
        };
    }

    private void allow(String host, int port, boolean local) {
        proxy.switchTo(new EgressPolicy(List.of(new EgressRule(host, port, local))));
    }

    private EgressDecision onlyDecision() {
        await().until(() -> decisions.size() == 1);
        return decisions.element();
    }

    private String get(String url, String host) throws IOException {
        try (Client client = Client.to(proxy)) {
            return client.send("GET " + url + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n").rest();
        }
    }

    @Test
    void deniesByDefaultAndNamesTheRuleToAdd() throws IOException {
        try (Client client = Client.to(proxy)) {
            String answer =
                    client.send("CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n")
                            .rest();
            assertThat(answer)
                    .startsWith("HTTP/1.1 403 ")
                    .contains("example.com:443 is not on the allow-list")
                    .contains("--network example.com\n");
        }
        EgressDecision decision = onlyDecision();
        assertThat(decision.type()).isEqualTo("egress.denied");
        assertThat(decision.reason()).contains(EgressReason.NOT_ALLOWED);
        assertThat(decision.ruleToAdd()).contains("example.com");
        assertThat(decision.method()).isEqualTo("CONNECT");
        assertThat(decision.status()).isEqualTo(403);
    }

    @Test
    void passesAPlainRequestOnAndCleansItsHead() throws IOException {
        String[] seen = new String[1];
        try (Origin origin =
                Origin.start(socket -> {
                    StringBuilder head = new StringBuilder();
                    while (!head.toString().endsWith("\r\n\r\nhello")) {
                        head.append((char) socket.getInputStream().read());
                    }
                    seen[0] = head.toString();
                    socket.getOutputStream()
                            .write(
                                    ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
                                                    + "Connection: keep-alive\r\nX-A: b\r\n\r\nok")
                                            .getBytes(Text.WIRE));
                    // Stays open: the end must be seen from the length.
                    socket.getInputStream().read();
                })) {
            allow("model.test", origin.port(), true);
            String authority = "model.test:" + origin.port();
            try (Client client = Client.to(proxy)) {
                String answer =
                        client.send(
                                        "POST http://"
                                                + authority
                                                + "/v1/responses/x?secret=1 HTTP/1.1\r\nHost: "
                                                + authority
                                                + "\r\n"
                                                + "Proxy-Authorization: Basic x\r\n"
                                                + "Proxy-Connection: keep-alive\r\n"
                                                + "Connection: keep-alive\r\n"
                                                + "Authorization: Bearer k\r\n"
                                                + "Content-Length: 5\r\n\r\n"
                                                + "hello")
                                .rest();
                assertThat(answer)
                        .isEqualTo(
                                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: b\r\n"
                                        + "Connection: close\r\n\r\nok");
            }
            assertThat(seen[0])
                    .isEqualTo(
                            "POST /v1/responses/x?secret=1 HTTP/1.1\r\nHost: "
                                    + authority
                                    + "\r\nAuthorization: Bearer k\r\nContent-Length: 5\r\n"
                                    + "Connection: close\r\n\r\nhello");
        }
        EgressDecision decision = onlyDecision();
        assertThat(decision.type()).isEqualTo("egress.allowed");
        assertThat(decision.pathPrefix()).isEqualTo("/v1/responses");
        assertThat(decision.status()).isEqualTo(200);
        assertThat(decision.bytesUp()).isEqualTo(seen[0].length());
        assertThat(decision.toString()).doesNotContain("secret").doesNotContain("Bearer");
    }

    @Test
    void passesChunkedBodiesBothWays() throws IOException {
        try (Origin origin =
                Origin.start(socket -> {
                    StringBuilder got = new StringBuilder();
                    while (!got.toString().endsWith("0\r\n\r\n")) {
                        got.append((char) socket.getInputStream().read());
                    }
                    String body = got.substring(got.indexOf("\r\n\r\n") + 4);
                    socket.getOutputStream()
                            .write(
                                    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body)
                                            .getBytes(Text.WIRE));
                })) {
            allow("model.test", origin.port(), true);
            String authority = "model.test:" + origin.port();
            try (Client client = Client.to(proxy)) {
                String answer =
                        client.send(
                                        "POST http://"
                                                + authority
                                                + "/ HTTP/1.1\r\nHost: "
                                                + authority
                                                + "\r\n"
                                                + "Transfer-Encoding: chunked\r\n\r\n"
                                                + "5\r\n"
                                                + "hello\r\n"
                                                + "6\r\n"
                                                + " world\r\n"
                                                + "0\r\n"
                                                + "X-T: 1\r\n\r\n")
                                .rest();
                String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
                assertThat(body.replaceAll("(?m)^[0-9a-f]+\r\n", "").replace("\r\n", ""))
                        .isEqualTo("hello world");
                assertThat(body).endsWith("0\r\n\r\n").doesNotContain("X-T");
            }
        }
    }

    @Test
    void tunnelsBytesExactlyInBothDirections() throws Exception {
        try (Origin origin = Origin.echo();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            allow("model.test", origin.port(), true);
            List<Future<Boolean>> tunnels =
                    new Random(7)
                            .ints(100)
                            .mapToObj(seed -> threads.submit(() -> echoes(origin.port(), seed)))
                            .toList();
            for (Future<Boolean> tunnel : tunnels) {
                assertThat(tunnel.get()).isTrue();
            }
        }
        await().until(() -> decisions.size() == 100);
        assertThat(decisions)
                .allSatisfy(d -> assertThat(d.allowed()).isTrue())
                .allSatisfy(d -> assertThat(d.bytesUp()).isEqualTo(d.bytesDown()));
    }

    /** Sends a hello and noise, ends its side, and expects all of it back. */
    private boolean echoes(int port, int seed) throws IOException {
        byte[] hello = Hello.real("model.test");
        byte[] noise = new byte[200_000 + new Random(seed).nextInt(100_000)];
        new Random(seed).nextBytes(noise);
        try (Client client = Client.tunnel(proxy, "model.test:" + port)) {
            client.send(hello);
            assertThat(client.in().readNBytes(hello.length)).isEqualTo(hello);
            Thread writer =
                    Thread.startVirtualThread(() -> {
                        try {
                            client.send(noise).end();
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    });
            byte[] back = client.in().readAllBytes();
            writer.join();
            return Arrays.equals(back, noise);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void passesAHalfClosedTunnelOn() throws IOException {
        try (Origin origin =
                Origin.start(socket -> {
                    byte[] all = socket.getInputStream().readAllBytes();
                    socket.getOutputStream().write(("got " + all.length).getBytes(Text.WIRE));
                })) {
            allow("model.test", origin.port(), true);
            byte[] hello = Hello.with(Hello.serverName("model.test"));
            try (Client client = Client.tunnel(proxy, "model.test:" + origin.port())) {
                assertThat(client.send(hello).end().rest()).isEqualTo("got " + hello.length);
            }
        }
    }

    @Test
    void letsOnlyTlsForTheSameNameIntoATunnel() throws IOException {
        try (Origin origin = Origin.silent()) {
            allow("model.test", origin.port(), true);
            List<byte[]> refused =
                    List.of(
                            Hello.real("other.test"),
                            Hello.with(),
                            Hello.with(Hello.serverName("other.test")),
                            Hello.with(Hello.serverName("model.test."), Hello.extension(43)),
                            Hello.with(
                                    Hello.serverName("model.test"), Hello.serverName("other.test")),
                            Hello.with(Hello.serverName("model.test"), Hello.extension(0xFE0D)),
                            Hello.fragmented(Hello.real("other.test"), 7),
                            new byte[] {22, 3, 1, 0, 4, 2, 0, 0, 0},
                            "SSH-2.0-x\r\n".getBytes(Text.WIRE),
                            new byte[] {0, 1, 2, 3});
            for (byte[] hello : refused) {
                try (Client client = Client.tunnel(proxy, "model.test:" + origin.port())) {
                    client.send(hello).end().rest();
                }
            }
            await().until(() -> decisions.size() == refused.size());
            assertThat(decisions).allSatisfy(d -> assertThat(d.allowed()).isFalse());
            assertThat(origin.bytes()).isZero();
        }
    }

    @Test
    void readsAGreetingInManyRecords() throws IOException {
        try (Origin origin = Origin.echo()) {
            allow("model.test", origin.port(), true);
            byte[] hello = Hello.fragmented(Hello.real("model.test"), 11);
            try (Client client = Client.tunnel(proxy, "model.test:" + origin.port())) {
                client.send(hello);
                assertThat(client.in().readNBytes(hello.length)).isEqualTo(hello);
            }
        }
    }

    @Test
    void inspectsHttpInsideATunnel() throws IOException {
        try (Origin origin =
                Origin.start(socket -> {
                    socket.getInputStream().read();
                    socket.getOutputStream()
                            .write("HTTP/1.1 204 No Content\r\n\r\n".getBytes(Text.WIRE));
                })) {
            allow("model.test", origin.port(), true);
            String authority = "model.test:" + origin.port();
            try (Client client = Client.tunnel(proxy, authority)) {
                client.send("GET /a HTTP/1.1\r\nHost: " + authority + "\r\n\r\n");
                assertThat(client.rest()).startsWith("HTTP/1.1 204 No Content\r\n");
            }
            try (Client client = Client.tunnel(proxy, authority)) {
                client.send("GET /a HTTP/1.1\r\nHost: other.test:" + origin.port() + "\r\n\r\n");
                assertThat(client.rest()).startsWith("HTTP/1.1 400 ");
            }
        }
    }

    @Test
    void followsNoNameIntoPrivateNetworks() throws IOException {
        try (Origin origin = Origin.silent()) {
            for (String name : List.of("model.test", "mixed.test", "metadata.test")) {
                allow(name, origin.port(), false);
                assertThat(
                                get(
                                        "http://" + name + ":" + origin.port() + "/",
                                        name + ":" + origin.port()))
                        .startsWith("HTTP/1.1 403 ")
                        .contains("forbidden_address");
            }
            allow("metadata.test", 80, true);
            assertThat(get("http://metadata.test/", "metadata.test")).startsWith("HTTP/1.1 403 ");
            allow("*.wild.test", origin.port(), false);
            String wild = "a.wild.test:" + origin.port();
            assertThat(get("http://" + wild + "/", wild)).startsWith("HTTP/1.1 403 ");
            assertThat(origin.connections()).isZero();
        }
    }

    @Test
    void connectsToTheAddressThatWasChecked() throws IOException {
        try (Origin origin = Origin.silent()) {
            int[] lookups = new int[1];
            proxy.close();
            proxy =
                    EgressProxy.openLoopback(
                            new EgressPolicy(List.of(EgressRule.of("flip.test", origin.port()))),
                            EgressLimits.DEFAULT,
                            name ->
                                    lookups[0]++ == 0
                                            ? List.of(InetAddress.ofLiteral("10.255.255.1"))
                                            : List.of(InetAddress.ofLiteral("127.0.0.1")),
                            decisions::add);
            String authority = "flip.test:" + origin.port();
            assertThat(get("http://" + authority + "/", authority)).startsWith("HTTP/1.1 403 ");
            assertThat(lookups[0]).isEqualTo(1);
            assertThat(origin.connections()).isZero();
        }
    }

    @Test
    void saysWhenNobodyAnswersOrTheNameIsUnknown() throws IOException {
        allow("nowhere.test", 80, false);
        assertThat(get("http://nowhere.test/", "nowhere.test"))
                .startsWith("HTTP/1.1 502 ")
                .contains("unresolvable");
        int free;
        try (Origin origin = Origin.silent()) {
            free = origin.port();
        }
        allow("model.test", free, true);
        assertThat(get("http://model.test:" + free + "/", "model.test:" + free))
                .startsWith("HTTP/1.1 502 ")
                .contains("unreachable");
        assertThat(decisions).allSatisfy(d -> assertThat(d.allowed()).isTrue());
    }

    @Test
    void switchingCutsOpenConnections() throws IOException {
        try (Origin origin = Origin.silent()) {
            allow("model.test", origin.port(), true);
            try (Client client = Client.tunnel(proxy, "model.test:" + origin.port())) {
                client.send(Hello.real("model.test"));
                await().until(() -> origin.bytes() > 0);
                proxy.switchTo(EgressPolicy.DENY_ALL);
                assertThat(client.rest()).isIn("", "<reset>");
            }
            assertThat(onlyDecision().reason()).contains(EgressReason.POLICY_CHANGED);
            assertThatThrownBy(() -> Client.tunnel(proxy, "model.test:" + origin.port()))
                    .hasMessageContaining("403");
        }
    }

    @Test
    void hangsUpOnTheOriginWhenTheClientLeaves() throws IOException {
        try (Origin origin = Origin.silent()) {
            allow("model.test", origin.port(), true);
            String authority = "model.test:" + origin.port();
            try (Client client = Client.to(proxy)) {
                client.send("GET http://" + authority + "/ HTTP/1.1\r\nHost: " + authority);
                client.send("\r\n\r\n");
                await().until(() -> origin.bytes() > 0);
            }
            assertThat(onlyDecision().allowed()).isTrue();
        }
    }

    @Test
    void endsAClientThatDripsItsHead() throws IOException {
        try (Client client = Client.to(proxy)) {
            client.send("GET http://model.test/ HTTP/1.1\r\nX-");
            assertThat(client.rest()).isIn("", "<reset>");
        }
        assertThat(onlyDecision().reason()).contains(EgressReason.TIMEOUT);
    }

    @Test
    void turnsAwayMoreThanItsBound() throws IOException {
        proxy.close();
        proxy =
                EgressProxy.openLoopback(
                        EgressPolicy.DENY_ALL,
                        new EgressLimits(
                                1,
                                1024,
                                Duration.ofSeconds(20),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(20)),
                        EgressProxyTest::resolve,
                        decisions::add);
        try (Client first = Client.to(proxy)) {
            first.send("G");
            await().until(() -> {
                try (Client second = Client.to(proxy)) {
                    return second.rest().startsWith("HTTP/1.1 503 ");
                }
            });
        }
    }

    @Test
    void listensOnAUnixSocketOfItsOwnerAlone(@TempDir Path dir) throws IOException {
        Path path = dir.resolve("egress.sock");
        try (EgressProxy unix = EgressProxy.open(path, EgressPolicy.DENY_ALL, decisions::add)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rw-------");
            assertThatThrownBy(() -> EgressProxy.open(path, EgressPolicy.DENY_ALL, decisions::add))
                    .hasMessageContaining("somebody listens");
            try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
                channel.write(
                        ByteBuffer.wrap(
                                "CONNECT a.b:443 HTTP/1.1\r\nHost: a.b:443\r\n\r\n"
                                        .getBytes(Text.WIRE)));
                ByteBuffer answer = ByteBuffer.allocate(12);
                while (answer.hasRemaining() && channel.read(answer) >= 0) {}
                assertThat(new String(answer.array(), Text.WIRE)).isEqualTo("HTTP/1.1 403");
            }
            assertThat(unix.port()).isEmpty();
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void replacesAStaleSocketButNothingElse(@TempDir Path dir) throws IOException {
        Path path = dir.resolve("egress.sock");
        try (var dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(path));
        }
        EgressProxy.open(path, EgressPolicy.DENY_ALL, decisions::add).close();
        Files.writeString(path, "precious");
        assertThatThrownBy(() -> EgressProxy.open(path, EgressPolicy.DENY_ALL, decisions::add))
                .hasMessageContaining("no socket");
        assertThat(path).hasContent("precious");
    }

    @Test
    void leavesNoThreadBehind() throws IOException {
        try (Client client = Client.to(proxy)) {
            client.send("GET http://localhost:1/ HTTP/1.1\r\nHost: localhost:1\r\n\r\n").rest();
        }
        proxy.close();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("egress") && thread.isAlive());
    }
}
