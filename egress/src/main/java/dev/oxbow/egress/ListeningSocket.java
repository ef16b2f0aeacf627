package dev.oxbow.egress;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/** Makes and removes the Unix socket of a proxy. */
final class ListeningSocket {
    /** {@code sun_path} has 108 bytes, the last of which is zero. */
    private static final int LONGEST_PATH = 107;

    private ListeningSocket() {}

    static ServerSocketChannel open(Path path, SocketAccess access) {
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH) {
            throw OxException.of(
                    ErrorCode.INVALID_ARGUMENT,
                    "the path of a Unix socket has at most %d bytes: %s",
                    LONGEST_PATH,
                    path);
        }
        try {
            removeIfStale(path);
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                server.bind(UnixDomainSocketAddress.of(path), 1024);
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
                if (access.owner().isPresent()) {
                    Files.setAttribute(
                            path, "unix:uid", access.owner().getAsInt(), LinkOption.NOFOLLOW_LINKS);
                }
                return server;
            } catch (IOException e) {
                server.close();
                throw e;
            }
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.INTERNAL, "the egress socket %s cannot be made: %s", path, e)
                    .causedBy(e);
        }
    }

    private static void removeIfStale(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw OxException.of(
                    ErrorCode.INVALID_ARGUMENT, "%s is in the way and is no socket", path);
        }
        try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            throw OxException.of(
                    ErrorCode.INVALID_ARGUMENT, "somebody listens on %s already", path);
        } catch (ConnectException e) {
            Files.delete(path);
        }
    }

    static void remove(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
