package dev.oxbow.sandbox.kit;

import java.nio.file.Path;

/**
 * A provider that is put to the test by its name, as {@code ox providers test NAME} does. Found
 * through {@link java.util.ServiceLoader}: an implementation is public, has a public constructor
 * without parameters, and its class is named in {@code
 * META-INF/services/dev.oxbow.sandbox.kit.Candidate}.
 */
public interface Candidate {

    /** The name to ask for; that of the provider. */
    String name();

    /**
     * Prepares the provider for a test of its own.
     *
     * @param folder an empty directory that belongs to the test. Whatever is kept on this machine
     *     goes there and nowhere else. Called again with the folder of a test that was killed, the
     *     provider must see what that one left.
     * @return what the kit needs; closed when the test is over
     */
    ProviderUnderTest open(Path folder);
}
