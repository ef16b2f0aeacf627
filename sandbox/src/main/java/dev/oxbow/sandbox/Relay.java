package dev.oxbow.sandbox;

/** An open way from a loopback port inside a sandbox to a Unix socket of the host. */
public interface Relay extends AutoCloseable {
    /** The port inside. */
    int port();

    /** Closes the port and cuts its connections. Idempotent. */
    @Override
    void close();
}
