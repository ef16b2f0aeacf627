package dev.oxbow.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Raw bytes that other proxies let through or read in two ways. Each must be refused with a status
 * of ours, recorded as denied, and must not move a single byte of a request to the origin, though
 * the origin itself is allowed.
 */
class HostileRequestTest {
    private static final BlockingQueue<EgressDecision> DECISIONS = new LinkedBlockingQueue<>();
    private static Origin origin;
    private static EgressProxy proxy;
    private static String ok;

    @BeforeAll
    static void open() throws IOException {
        origin = Origin.silent();
        ok = "ok.test:" + origin.port();
        proxy =
                EgressProxy.openLoopback(
                        new EgressPolicy(
                                List.of(
                                        new EgressRule("ok.test", origin.port(), true),
                                        new EgressRule("*.wild.test", origin.port(), true))),
                        EgressLimits.DEFAULT,
                        name -> List.of(InetAddress.ofLiteral("127.0.0.1")),
                        DECISIONS::add);
    }

    @AfterAll
    static void close() throws IOException {
        proxy.close();
        origin.close();
    }

    @BeforeEach
    void forget() {
        DECISIONS.clear();
    }

    private static void refused(String request) throws IOException {
        long bytesBefore = origin.bytes();
        try (Client client = Client.to(proxy)) {
            String answer = client.send(request).rest();
            assertThat(answer).as(request).matches("(?s)HTTP/1\\.1 (400|403|431) .*");
            assertThat(answer).contains("X-Oxbow-Egress: ");
        }
        EgressDecision decision = decision();
        assertThat(decision.allowed()).isFalse();
        assertThat(decision.reason()).isPresent();
        assertThat(origin.bytes()).isEqualTo(bytesBefore);
    }

    private static EgressDecision decision() {
        try {
            return Objects.requireNonNull(DECISIONS.poll(20, TimeUnit.SECONDS), "no decision");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Arguments named(String name, String request) {
        return Arguments.of(name, request.replace("{ok}", ok).replace("{p}", "" + origin.port()));
    }

    /** A request that would be fine without these fields. */
    private static Arguments fields(String name, String fields) {
        return named(name, "POST http://{ok}/ HTTP/1.1\r\nHost: {ok}\r\n" + fields + "\r\n");
    }

    private static Arguments path(String name, String path) {
        return named(name, "GET http://{ok}" + path + " HTTP/1.1\r\nHost: {ok}\r\n\r\n");
    }

    private static Arguments host(String name, String authority) {
        return named(
                name,
                "GET http://%s/ HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(authority, authority));
    }

    private static Arguments connect(String name, String authority) {
        return named(
                name, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(authority, authority));
    }

    private static Arguments tunnel(String name, String field) {
        return named(name, "CONNECT {ok} HTTP/1.1\r\nHost: {ok}\r\n" + field + "\r\n\r\n");
    }

    static Stream<Arguments> heads() {
        return Stream.of(
                fields("length and coding", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"),
                fields("coding and length", "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n"),
                fields("two lengths", "Content-Length: 4\r\nContent-Length: 4\r\n"),
                fields("two lengths in one", "Content-Length: 4, 4\r\n"),
                fields("hex length", "Content-Length: 0x4\r\n"),
                fields("signed length", "Content-Length: +4\r\n"),
                fields("negative length", "Content-Length: -1\r\n"),
                fields("empty length", "Content-Length: \r\n"),
                fields("huge length", "Content-Length: 99999999999999999999\r\n"),
                fields(
                        "two codings",
                        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
                fields("coding list", "Transfer-Encoding: gzip, chunked\r\n"),
                fields("unknown coding", "Transfer-Encoding: xchunked\r\n"),
                fields("identity coding", "Transfer-Encoding: identity\r\n"),
                fields("folded field", "X-A: b\r\n Content-Length: 4\r\n"),
                fields("folded by tab", "X-A: b\r\n\tc\r\n"),
                fields("bare line feed", "X-A: b\nX-B: c\r\n"),
                fields("bare carriage return", "X-A: b\rX-B: c\r\n"),
                fields("NUL in value", "X-A: b\0c\r\n"),
                fields("control in value", "X-A: b\u0001c\r\n"),
                fields("delete in value", "X-A: b\u007fc\r\n"),
                fields("control in name", "X\u0002A: b\r\n"),
                fields("space before colon", "Content-Length : 4\r\n"),
                fields("tab before colon", "Content-Length\t: 4\r\n"),
                fields("no colon", "Nonsense\r\n"),
                fields("empty name", ": b\r\n"),
                fields("non-ASCII name", "X-\u00e9: b\r\n"),
                fields("two hosts", "Host: {ok}\r\n"),
                fields("two different hosts", "Host: evil.test\r\n"),
                fields("upgrade to h2c", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"),
                fields("h2c settings alone", "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n"),
                fields("websocket", "Upgrade: websocket\r\nConnection: Upgrade\r\n"),
                fields("upgrade alone", "Upgrade: websocket\r\n"),
                fields("unknown expectation", "Expect: 200-ok\r\n"),
                fields("trailing authorization", "Trailer: Authorization\r\n"),
                fields("trailing host", "Trailer: X-A, Host\r\n"),
                fields("connection drops authorization", "Connection: close, Authorization\r\n"),
                fields("connection drops host", "Connection: Host\r\n"),
                fields("connection drops a key", "Connection: x-api-key\r\n"),
                fields("connection drops a length", "Connection: content-length\r\n"),
                fields("head too large", "X-A: " + "a".repeat(70_000) + "\r\n"),
                fields("too many fields", "X-A: b\r\n".repeat(10_000)),
                named("no host", "GET http://{ok}/ HTTP/1.1\r\n\r\n"),
                named("empty host", "GET http://{ok}/ HTTP/1.1\r\nHost:\r\n\r\n"),
                named("other host", "GET http://{ok}/ HTTP/1.1\r\nHost: evil.test:{p}\r\n\r\n"),
                named("other port", "GET http://{ok}/ HTTP/1.1\r\nHost: ok.test:1\r\n\r\n"),
                named("host without port", "GET http://{ok}/ HTTP/1.1\r\nHost: ok.test\r\n\r\n"),
                named("host with user", "GET http://{ok}/ HTTP/1.1\r\nHost: a@{ok}\r\n\r\n"),
                named("host list", "GET http://{ok}/ HTTP/1.1\r\nHost: {ok}, evil.test\r\n\r\n"),
                named(
                        "CONNECT, other host",
                        "CONNECT {ok} HTTP/1.1\r\nHost: evil.test:{p}\r\n\r\n"),
                tunnel("CONNECT with length", "Content-Length: 3"),
                tunnel("CONNECT with coding", "Transfer-Encoding: chunked"),
                named("CONNECT to a URL", "CONNECT http://{ok}/ HTTP/1.1\r\nHost: {ok}\r\n\r\n"),
                named(
                        "early data",
                        "CONNECT {ok} HTTP/1.1\r\nHost: {ok}\r\n\r\n\u0016\u0003\u0001"),
                named("TRACE", "TRACE http://{ok}/ HTTP/1.1\r\nHost: {ok}\r\n\r\n"),
                named("unknown method", "BREW http://{ok}/ HTTP/1.1\r\nHost: {ok}\r\n\r\n"),
                named("lower-case method", "get http://{ok}/ HTTP/1.1\r\nHost: {ok}\r\n\r\n"),
                named("method with colon", "GE:T http://{ok}/ HTTP/1.1\r\nHost: {ok}\r\n\r\n"),
                named("origin form", "GET / HTTP/1.1\r\nHost: {ok}\r\n\r\n"),
                named("asterisk form", "OPTIONS * HTTP/1.1\r\nHost: {ok}\r\n\r\n"),
                named("authority form", "GET {ok} HTTP/1.1\r\nHost: {ok}\r\n\r\n"),
                named("https without tunnel", "GET https://{ok}/ HTTP/1.1\r\nHost: {ok}\r\n\r\n"),
                named("ftp", "GET ftp://{ok}/ HTTP/1.1\r\nHost: {ok}\r\n\r\n"),
                named("file", "GET file:///etc/passwd HTTP/1.1\r\nHost: {ok}\r\n\r\n"),
                named("HTTP/1.0", "GET http://{ok}/ HTTP/1.0\r\nHost: {ok}\r\n\r\n"),
                named("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                named("HTTP/0.9", "GET http://{ok}/\r\n\r\n"),
                named("two spaces", "GET  http://{ok}/ HTTP/1.1\r\nHost: {ok}\r\n\r\n"),
                named("tab for space", "GET\thttp://{ok}/ HTTP/1.1\r\nHost: {ok}\r\n\r\n"),
                named("space in target", "GET http://{ok}/a b HTTP/1.1\r\nHost: {ok}\r\n\r\n"),
                named("leading empty line", "\r\nGET http://{ok}/ HTTP/1.1\r\nHost: {ok}\r\n\r\n"),
                named(
                        "line feeds only",
                        "GET http://{ok}/ HTTP/1.1|Host: {ok}||".replace('|', '\n')),
                named("TLS to the proxy", "\u0016\u0003\u0001\u0000\u0005hello"),
                named("SSH to the proxy", "SSH-2.0-OpenSSH_9.2\r\n"));
    }

    static Stream<Arguments> targets() {
        return Stream.of(
                path("encoded slash", "/a%2fb"),
                path("encoded slash, upper case", "/a%2Fb"),
                path("encoded backslash", "/a%5cb"),
                path("backslash", "/a\\b"),
                path("dot segment", "/a/../b"),
                path("dot segment at the end", "/a/.."),
                path("single dot", "/./a"),
                path("encoded dots", "/a/%2e%2e/b"),
                path("half encoded dots", "/a/.%2E/b"),
                path("double encoding", "/a%252e"),
                path("double encoded slash", "/%252f"),
                path("broken escape", "/a%2"),
                path("no hex escape", "/a%zz"),
                path("encoded NUL", "/a%00"),
                path("fragment", "/a#b"),
                path("non-ASCII", "/\u00e9"),
                host("user part", "user@{ok}"),
                host("user and password", "user:pw@{ok}"),
                host("user that looks like the host", "ok.test:{p}@evil.test"),
                host("trailing dot", "ok.test.:{p}"),
                host("double dot", "ok..test:{p}"),
                host("leading dot", ".ok.test:{p}"),
                host("non-ASCII host", "\u00f6k.test:{p}"),
                host("percent in host", "ok%2etest:{p}"),
                host("underscore", "o_k.test:{p}"),
                host("leading hyphen", "-ok.test:{p}"),
                host("broken punycode", "xn--a.wild.test:{p}"),
                host("punycode of ASCII", "xn--ok-.wild.test:{p}"),
                host("label too long", "a".repeat(64) + ".wild.test:{p}"),
                host("name too long", "a.".repeat(130) + "wild.test:{p}"),
                host("empty", ":{p}"),
                host("comma", "ok.test,evil.test:{p}"),
                host("space", "ok.test evil:{p}"),
                host("backslash", "ok.test\\evil:{p}"),
                host("two ports", "ok.test:{p}:{p}"),
                host("port 0", "ok.test:0"),
                host("port too large", "ok.test:65536"),
                host("port with zeros", "ok.test:0{p}"),
                host("port with sign", "ok.test:+{p}"),
                host("port not a number", "ok.test:http"),
                host("empty port", "ok.test:"),
                host("other port", "ok.test:1"),
                host("the bare suffix", "wild.test:{p}"),
                host("suffix without its dot", "evilwild.test:{p}"),
                host("suffix in the middle", "a.wild.test.evil.test:{p}"));
    }

    static Stream<Arguments> addresses() {
        List<String> spellings =
                List.of(
                        "127.0.0.1",
                        "127.1",
                        "2130706433",
                        "0x7f000001",
                        "0x7f.0.0.1",
                        "0177.0.0.1",
                        "127.0.0.01",
                        "0",
                        "0.0.0.0",
                        "127.0.0.1.",
                        "1.2.3.256",
                        "1.2.3.4.5",
                        "a.127",
                        "a.0x7f",
                        "[::1]",
                        "[::]",
                        "[::ffff:127.0.0.1]",
                        "[::ffff:7f00:1]",
                        "[::127.0.0.1]",
                        "[64:ff9b::7f00:1]",
                        "[fe80::1%25eth0]",
                        "[fe80::1%eth0]",
                        "[0:0:0:0:0:0:0:1]",
                        "[::1",
                        "::1]",
                        "[v1.a]",
                        "169.254.169.254",
                        "[fd00:ec2::254]",
                        "10.0.0.1",
                        "8.8.8.8");
        List<Arguments> all = new ArrayList<>();
        for (String spelling : spellings) {
            all.add(host("GET " + spelling, spelling + ":{p}"));
            all.add(connect("CONNECT " + spelling, spelling + ":{p}"));
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("heads")
    void refusesAmbiguousHeads(String name, String request) throws IOException {
        refused(request);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void refusesAmbiguousTargets(String name, String request) throws IOException {
        refused(request);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("addresses")
    void refusesAddressesInEverySpelling(String name, String request) throws IOException {
        refused(request);
    }

    /** These are found while the body is under way: what came before may have been passed on. */
    @ParameterizedTest
    @MethodSource("bodies")
    void refusesBrokenChunks(String body) throws IOException {
        try (Client client = Client.to(proxy)) {
            client.send(
                    "POST http://%s/ HTTP/1.1\r\nHost: %s\r\nTransfer-Encoding: chunked\r\n\r\n%s"
                            .formatted(ok, ok, body));
            assertThat(client.rest()).startsWith("HTTP/1.1 400 ");
        }
        assertThat(decision().reason()).contains(EgressReason.AMBIGUOUS_REQUEST);
    }

    static Stream<String> bodies() {
        return Stream.of(
                "3;ext=1\r\nabc\r\n0\r\n\r\n",
                "3 \r\nabc\r\n0\r\n\r\n",
                " 3\r\nabc\r\n0\r\n\r\n",
                "0x3\r\nabc\r\n0\r\n\r\n",
                "+3\r\nabc\r\n0\r\n\r\n",
                "-1\r\nabc\r\n0\r\n\r\n",
                "\r\nabc\r\n0\r\n\r\n",
                "zz\r\nabc\r\n0\r\n\r\n",
                "fffffffff\r\nabc",
                "3\nabc\r\n0\r\n\r\n",
                "3\r\nabcd\r\n0\r\n\r\n",
                "3\r\nabc\n0\r\n\r\n",
                "0\r\nAuthorization: Bearer x\r\n\r\n",
                "0\r\nHost: evil.test\r\n\r\n",
                "0\r\nContent-Length: 3\r\n\r\n",
                "0\r\n folded\r\n\r\n",
                "0\r\nno colon\r\n\r\n");
    }

    @Test
    void neverServesASecondRequestOfAConnection() throws IOException {
        String request = "GET http://" + ok + "/first HTTP/1.1\r\nHost: " + ok + "\r\n\r\n";
        long before = origin.connections();
        try (Client client = Client.to(proxy)) {
            client.send(
                    (request + request.replace("first", "smuggled"))
                            .getBytes(StandardCharsets.US_ASCII));
            await().until(() -> origin.connections() == before + 1);
        }
        assertThat(decision().pathPrefix()).isEqualTo("/first");
        assertThat(DECISIONS).isEmpty();
    }

    @Test
    void allowsTheNameBelowAWildcardAndGoodPunycode() throws IOException {
        for (String name : List.of("a.wild.test", "b.a.wild.test", "xn--bcher-kva.wild.test")) {
            String authority = name + ":" + origin.port();
            try (Client client = Client.to(proxy)) {
                client.send(
                        "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n");
                assertThat(client.head()).startsWith("HTTP/1.1 200 ");
            }
            assertThat(decision().host()).isEqualTo(name);
        }
    }
}
