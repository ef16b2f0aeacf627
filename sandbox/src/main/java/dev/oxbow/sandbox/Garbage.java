package dev.oxbow.sandbox;

import dev.oxbow.base.ByteSize;

/**
 * Something a provider keeps that no sandbox and no checkpoint needs any more.
 *
 * @param name what it is, one line, the provider's own words
 * @param bytes what its removal frees, as well as it can be told
 */
public record Garbage(String name, ByteSize bytes) {}
