package dev.oxbow.egress;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/** Client hellos: real ones, and ones made by hand. */
final class Hello {
    private Hello() {}

    /** What a real TLS client says first. */
    static byte[] real(String serverName) throws IOException {
        try {
            SSLEngine engine = SSLContext.getDefault().createSSLEngine();
            engine.setUseClientMode(true);
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(serverName)));
            engine.setSSLParameters(parameters);
            ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
            engine.wrap(ByteBuffer.allocate(0), out);
            out.flip();
            byte[] bytes = new byte[out.remaining()];
            out.get(bytes);
            return bytes;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /** A hello with exactly these extensions. */
    static byte[] with(byte[]... extensions) {
        int length = 0;
        for (byte[] extension : extensions) {
            length += extension.length;
        }
        int body = 2 + 32 + 1 + 4 + 2 + 2 + length;
        ByteBuffer out = ByteBuffer.allocate(9 + body);
        out.put((byte) 22).putShort((short) 0x0301).putShort((short) (4 + body));
        out.put((byte) 1).put((byte) 0).putShort((short) body);
        out.putShort((short) 0x0303).put(new byte[32]).put((byte) 0);
        out.putShort((short) 2).putShort((short) 0x1301).put((byte) 1).put((byte) 0);
        out.putShort((short) length);
        for (byte[] extension : extensions) {
            out.put(extension);
        }
        return out.array();
    }

    static byte[] serverName(String name) {
        byte[] bytes = name.getBytes(Text.WIRE);
        ByteBuffer out = ByteBuffer.allocate(9 + bytes.length);
        out.putShort((short) 0).putShort((short) (5 + bytes.length));
        out.putShort((short) (3 + bytes.length)).put((byte) 0);
        out.putShort((short) bytes.length).put(bytes);
        return out.array();
    }

    static byte[] extension(int type, byte... content) {
        ByteBuffer out = ByteBuffer.allocate(4 + content.length);
        return out.putShort((short) type).putShort((short) content.length).put(content).array();
    }

    /** The same handshake message in records of one size. */
    static byte[] fragmented(byte[] hello, int size) {
        int length = hello.length - 5;
        int records = (length + size - 1) / size;
        ByteBuffer out = ByteBuffer.allocate(length + 5 * records);
        for (int at = 5; at < hello.length; at += size) {
            int count = Math.min(size, hello.length - at);
            out.put(hello, 0, 3).putShort((short) count).put(hello, at, count);
        }
        return out.array();
    }
}
