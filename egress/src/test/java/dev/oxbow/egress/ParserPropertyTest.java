package dev.oxbow.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random messages from fixed seeds: what holds for every one of them. */
class ParserPropertyTest {
    private static final String CRLF = "\r\n";

    @TempDir Path dir;
    private ServerSocketChannel server;

    ParserPropertyTest() throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    }

    @BeforeEach
    void bind() throws IOException {
        server.bind(UnixDomainSocketAddress.of(dir.resolve("s")));
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    /** What one side reads of bytes that arrive in these pieces, followed by the end. */
    private interface Reading<T> {
        T from(Wire wire) throws IOException, Refusal;
    }

    private <T> T read(byte[] bytes, Random random, Reading<T> reading)
            throws IOException, Refusal {
        try (SocketChannel sender =
                        SocketChannel.open(UnixDomainSocketAddress.of(dir.resolve("s")));
                SocketChannel receiver = server.accept()) {
            Thread writer =
                    Thread.startVirtualThread(() -> {
                        try {
                            for (int at = 0; at < bytes.length; ) {
                                int n = Math.min(1 + random.nextInt(40), bytes.length - at);
                                sender.write(ByteBuffer.wrap(bytes, at, n));
                                at += n;
                            }
                            sender.shutdownOutput();
                        } catch (IOException gone) {
                            // The reader refused and left.
                        }
                    });
            Lifeline life = new Lifeline();
            try {
                return reading.from(new Wire(life.hold(receiver), life));
            } finally {
                life.close();
                Tunnel.joinUninterrupted(writer);
            }
        }
    }

    @Test
    void readsBackEveryWellFormedHeadHoweverItIsCut() throws Exception {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            List<Head.Field> fields = new ArrayList<>();
            for (int i = random.nextInt(8); i > 0; i--) {
                fields.add(new Head.Field("X-" + random.nextInt(99), value(random)));
            }
            StringBuilder text = new StringBuilder("GET http://a.test/ HTTP/1.1\r\n");
            fields.forEach(
                    f -> text.append(f.name()).append(": ").append(f.value()).append("\r\n"));
            text.append("\r\nrest");
            Optional<Head> head =
                    read(
                            text.toString().getBytes(Text.WIRE),
                            random,
                            wire -> {
                                Optional<Head> found = Head.read(wire, Head.REQUEST, 64 << 10);
                                assertThat(wire.read()).isEqualTo('r');
                                return found;
                            });
            assertThat(head.orElseThrow().fields()).as("seed %d", seed).isEqualTo(fields);
        }
    }

    private static String value(Random random) {
        StringBuilder value = new StringBuilder("v");
        random.ints(random.nextInt(30), 33, 127).forEach(c -> value.append((char) c));
        return value.toString();
    }

    /** Whatever a mutation does: a head is refused, or it is the very bytes that are passed on. */
    @Test
    void neverSeesAnotherMessageInMutatedBytes() throws Exception {
        String good =
                String.join(
                        CRLF,
                        "POST http://a.test/v1 HTTP/1.1",
                        "Host: a.test",
                        "X-A: b",
                        "Content-Length: 3",
                        "",
                        "abc");
        int accepted = 0;
        for (int seed = 0; seed < 1500; seed++) {
            Random random = new Random(seed);
            byte[] bytes = good.getBytes(Text.WIRE);
            for (int i = 1 + random.nextInt(2); i > 0; i--) {
                bytes[random.nextInt(bytes.length)] = interesting(random);
            }
            String text = new String(bytes, Text.WIRE);
            try {
                Request request =
                        read(
                                bytes,
                                random,
                                wire ->
                                        Request.toProxy(
                                                Head.read(wire, Head.REQUEST, 64 << 10)
                                                        .orElseThrow()));
                accepted++;
                assertThat(Text.lower(text)).contains("//" + request.authority().host().name());
                String head = text.substring(0, text.indexOf("\r\n\r\n") + 4);
                long lines = head.chars().filter(c -> c == '\n').count();
                assertThat(head.chars().filter(c -> c == '\r').count()).isEqualTo(lines);
                assertThat(request.head().fields()).hasSize((int) lines - 2);
                assertThat(request.toOrigin().split("\r\n\r\n", -1)).hasSize(2);
            } catch (Refusal refused) {
                assertThat(refused.status()).isIn(400, 403, 431);
            }
        }
        assertThat(accepted).as("mutations that leave a good request").isGreaterThan(30);
    }

    private static byte interesting(Random random) {
        byte[] marks = "\r\n\t :;,/\\@#?%[]0123456789aZ\0\u007f\u0085".getBytes(Text.WIRE);
        return marks[random.nextInt(marks.length)];
    }

    @Test
    void neverFindsAServerNameThatIsNotThere() throws Exception {
        byte[] good = Hello.real("model.test");
        for (int seed = 0; seed < 600; seed++) {
            int number = seed;
            Random random = new Random(seed);
            byte[] bytes = good.clone();
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                ClientHello hello = read(bytes, random, ClientHello::read);
                assertThat(hello.raw()).isEqualTo(bytes);
                hello.serverName()
                        .ifPresent(name ->
                                assertThat(new String(bytes, Text.WIRE))
                                        .as("seed %d", number)
                                        .contains(name));
            } catch (Refusal refused) {
                assertThat(refused.reason()).isEqualTo(EgressReason.NOT_TLS);
            } catch (IOException cutShort) {
                assertThat(cutShort).hasMessageContaining("too early");
            }
        }
    }
}
