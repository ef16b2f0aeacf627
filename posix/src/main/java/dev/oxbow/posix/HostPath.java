package dev.oxbow.posix;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;

/** The bytes of a path of the host. */
final class HostPath {
    private HostPath() {}

    /** The bytes that the JDK itself would hand to the kernel, made absolute. */
    static byte[] bytes(Path path) {
        // The percent-encoded form is the only one that shows them whatever the locale is.
        String raw = path.toAbsolutePath().toUri().getRawPath();
        ByteArrayOutputStream out = new ByteArrayOutputStream(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                out.write(Integer.parseInt(raw, i + 1, i + 3, 16));
                i += 2;
            } else {
                out.write(c);
            }
        }
        return out.toByteArray();
    }
}
