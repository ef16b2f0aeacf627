package dev.oxbow.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The attempts of the escape corpus that the proxy stops. Each is made twice: through the proxy,
 * where no byte may reach the origin, and where no proxy reads along, where one does.
 */
class EscapesTest {
    private final Queue<String> lookups = new ConcurrentLinkedQueue<>();
    private Origin origin;
    private EgressProxy proxy;
    private CarelessProxy careless;

    @BeforeEach
    void open() throws IOException {
        origin = Origin.silent();
        careless = CarelessProxy.before(origin);
        proxy =
                EgressProxy.openLoopback(
                        new EgressPolicy(
                                List.of(
                                        new EgressRule("ok.test", origin.port(), true),
                                        new EgressRule("inside.test", origin.port(), false))),
                        EgressLimits.DEFAULT,
                        name -> {
                            lookups.add(name);
                            return List.of(InetAddress.ofLiteral("127.0.0.1"));
                        },
                        _ -> {});
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        careless.close();
        origin.close();
    }

    private String filled(String text) {
        return text.replace("{ok}", "ok.test:" + origin.port())
                .replace("{p}", Integer.toString(origin.port()));
    }

    private void stopped(String request) throws IOException {
        try (Client client = Client.to(proxy)) {
            assertThat(client.send(filled(request)).rest())
                    .as(request)
                    .matches("(?s)HTTP/1\\.1 (400|403) .*");
        }
        assertThat(origin.bytes()).as(request).isZero();
    }

    private void succeedsCarelessly(String request) throws IOException {
        long before = origin.bytes();
        try (Client client = careless.client()) {
            client.send(filled(request) + "x");
            await(request).until(() -> origin.bytes() > before);
        }
    }

    private void both(String... requests) throws IOException {
        for (String request : requests) {
            stopped(request);
        }
        for (String request : requests) {
            succeedsCarelessly(request);
        }
    }

    private static String get(String authority) {
        return "GET http://%s/ HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(authority, authority);
    }

    private static String connect(String authority) {
        return "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(authority, authority);
    }

    private static String post(String fields) {
        return "POST http://{ok}/ HTTP/1.1\r\nHost: {ok}\r\n" + fields + "\r\n\r\n";
    }

    @Test
    void e120_twoLengthsOfOneBody() throws IOException {
        both(
                post("Content-Length: 4\r\nTransfer-Encoding: chunked"),
                post("Transfer-Encoding: chunked\r\nContent-Length: 0"),
                post("Content-Length: 4\r\nContent-Length: 40"));
    }

    @Test
    void e121_twoHosts() throws IOException {
        both(post("Host: evil.test"));
    }

    @Test
    void e122_aHostBesideTheTarget() throws IOException {
        both("GET http://{ok}/ HTTP/1.1\r\nHost: evil.test:{p}\r\n\r\n");
    }

    @Test
    void e123_aSecondRequest() throws IOException {
        String two = filled(get("{ok}") + get("evil.test:{p}"));
        long lengthOfTwo = two.length();
        try (Client client = careless.client()) {
            client.send(two);
            await().until(() -> origin.bytes() == lengthOfTwo);
        }
        try (Client client = Client.to(proxy)) {
            client.send(two);
            await().until(() -> origin.connections() == 2);
            assertThat(origin.bytes()).isLessThan(2 * lengthOfTwo);
        }
        assertThat(lookups).containsExactly("ok.test");
    }

    @Test
    void e124_aLineInALine() throws IOException {
        both(post("X-A: b\nHost: evil.test"), post("X-A: b\r\n Host: evil.test"));
    }

    @Test
    void e125_loopbackInDisguise() throws IOException {
        for (String host : List.of("2130706433", "0177.0.0.1", "0x7f.0.0.1", "127.1", "0")) {
            both(get(host + ":{p}"), connect(host + ":{p}"));
            origin.forget();
        }
    }

    @Test
    void e126_loopbackInIpv6() throws IOException {
        for (String host :
                List.of("[::1]", "[::ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]")) {
            both(get(host + ":{p}"), connect(host + ":{p}"));
            origin.forget();
        }
    }

    @Test
    void e127_theMetadataAddress() throws IOException {
        for (String host :
                List.of("169.254.169.254", "[fd00:ec2::254]", "[::ffff:a9fe:a9fe]", "2852039166")) {
            both(get(host + ":80"), connect(host + ":80"));
            origin.forget();
        }
    }

    @Test
    void e128_aUserPart() throws IOException {
        both(get("ok.test:{p}@evil.test"), get("ok.test@evil.test:{p}"));
    }

    @Test
    void e129_aNameThatLooksAllowed() throws IOException {
        both(get("ok.test.evil.test:{p}"), get("evilok.test:{p}"), connect("ok.test.:{p}"));
        assertThat(lookups).isEmpty();
    }

    @Test
    void e130_aNameThatLeadsHome() throws IOException {
        both(get("inside.test:{p}"), connect("inside.test:{p}"));
    }

    @Test
    void e131_anotherNameInTls() throws IOException {
        byte[] hello = Hello.real("evil.test");
        try (Client client = Client.tunnel(proxy, filled("{ok}"))) {
            assertThat(client.send(hello).rest()).as("at most an alert").hasSizeLessThan(10);
        }
        assertThat(origin.bytes()).isZero();
        try (Client client = careless.client()) {
            client.send(filled(connect("{ok}")));
            client.send(hello);
            await().until(() -> origin.bytes() == hello.length);
        }
    }

    @Test
    void e132_wordsBeforeTheTunnel() throws IOException {
        both(connect("{ok}") + "\u0016\u0003\u0001");
    }

    @Test
    void e133_anotherProtocol() throws IOException {
        both(
                post("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c"),
                post("Connection: Upgrade\r\nUpgrade: websocket"),
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    }

    @Test
    void e134_secretsInNames() throws IOException {
        both(get("c2VjcmV0.evil.test:{p}"), connect("c2VjcmV0.evil.test:53"));
        assertThat(lookups).as("not even asked for").isEmpty();
    }
}
