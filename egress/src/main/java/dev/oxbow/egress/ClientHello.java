package dev.oxbow.egress;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The first message of a TLS connection, as far as it tells where the client wants to go.
 *
 * @param raw the bytes as they came, to be passed on
 * @param serverName the name asked for; empty if there is none
 * @param hidden whether a second, encrypted greeting is inside, whose name nobody here can see
 */
record ClientHello(byte[] raw, Optional<String> serverName, boolean hidden) {
    private static final int MOST_BYTES = 32 << 10;
    private static final int HANDSHAKE = 22;
    private static final int SERVER_NAME = 0;
    private static final int ENCRYPTED_CLIENT_HELLO = 0xFE0D;
    private static final int ENCRYPTED_SERVER_NAME = 0xFFCE;

    /** The fatal alert "unrecognized name", by which clients fail at once and say why. */
    static final byte[] ALERT = {21, 3, 3, 0, 2, 2, 112};

    /** Reads whole records until the greeting is complete. */
    static ClientHello read(Wire wire) throws IOException, Refusal {
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        while (true) {
            int type = take(wire, raw);
            int major = take(wire, raw);
            int minor = take(wire, raw);
            int length = take(wire, raw) << 8 | take(wire, raw);
            if (type != HANDSHAKE || major != 3 || minor > 4 || length < 1 || length > 1 << 14) {
                throw notTls("the tunnel does not start with a TLS handshake");
            }
            for (int i = 0; i < length; i++) {
                message.write(take(wire, raw));
            }
            byte[] bytes = message.toByteArray();
            if (bytes[0] != 1) {
                throw notTls("the TLS handshake does not start with a client hello");
            }
            if (bytes.length >= 4) {
                int whole = (bytes[1] & 255) << 16 | (bytes[2] & 255) << 8 | (bytes[3] & 255);
                if (whole > MOST_BYTES) {
                    throw notTls("the TLS client hello is too large");
                }
                if (bytes.length == whole + 4) {
                    return parse(raw.toByteArray(), ByteBuffer.wrap(bytes, 4, whole));
                }
                if (bytes.length > whole + 4) {
                    throw notTls("something follows the TLS client hello");
                }
            }
        }
    }

    private static int take(Wire wire, ByteArrayOutputStream raw) throws IOException, Refusal {
        int b = wire.need();
        raw.write(b);
        if (raw.size() > 2 * MOST_BYTES) {
            throw notTls("the TLS client hello is too large");
        }
        return b;
    }

    private static ClientHello parse(byte[] raw, ByteBuffer hello) throws Refusal {
        try {
            skip(hello, 2 + 32);
            skip(hello, hello.get() & 255);
            skip(hello, hello.getShort() & 0xFFFF);
            skip(hello, hello.get() & 255);
            Optional<String> name = Optional.empty();
            boolean hidden = false;
            if (hello.hasRemaining()) {
                ByteBuffer extensions = part(hello, hello.getShort() & 0xFFFF);
                Set<Integer> seen = new HashSet<>();
                while (extensions.hasRemaining()) {
                    int type = extensions.getShort() & 0xFFFF;
                    ByteBuffer content = part(extensions, extensions.getShort() & 0xFFFF);
                    if (!seen.add(type)) {
                        throw notTls("the TLS client hello has an extension twice");
                    }
                    if (type == SERVER_NAME) {
                        name = Optional.of(serverName(content));
                    }
                    hidden |= type == ENCRYPTED_CLIENT_HELLO || type == ENCRYPTED_SERVER_NAME;
                }
            }
            if (hello.hasRemaining()) {
                throw notTls("something follows the TLS extensions");
            }
            return new ClientHello(raw, name, hidden);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw notTls("the TLS client hello is cut short");
        }
    }

    private static String serverName(ByteBuffer content) throws Refusal {
        ByteBuffer list = part(content, content.getShort() & 0xFFFF);
        int type = list.get();
        ByteBuffer name = part(list, list.getShort() & 0xFFFF);
        if (type != 0 || list.hasRemaining() || content.hasRemaining()) {
            throw notTls("the TLS client hello names more than one host");
        }
        byte[] bytes = new byte[name.remaining()];
        name.get(bytes);
        return new String(bytes, Text.WIRE);
    }

    private static void skip(ByteBuffer buffer, int count) {
        buffer.position(buffer.position() + count);
    }

    private static ByteBuffer part(ByteBuffer buffer, int count) {
        ByteBuffer part = buffer.slice(buffer.position(), check(buffer, count));
        skip(buffer, count);
        return part;
    }

    private static int check(ByteBuffer buffer, int count) {
        if (count > buffer.remaining()) {
            throw new BufferUnderflowException();
        }
        return count;
    }

    private static Refusal notTls(String detail) {
        return Refusal.of(EgressReason.NOT_TLS, 403, detail);
    }
}
