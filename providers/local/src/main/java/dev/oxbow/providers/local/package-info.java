/**
 * Sandboxes made of this machine's own Linux kernel: namespaces by bubblewrap, joined by nsenter,
 * no daemon, no privilege beyond the caller's.
 *
 * <p>A sandbox is a folder of records and files and a pair of tiny processes that hold its
 * namespaces. A process of a sandbox is a folder with its output and a shell outside the sandbox
 * that waits for it. Nothing of that depends on the Java process that began it.
 */
@NullMarked
package dev.oxbow.providers.local;

import org.jspecify.annotations.NullMarked;
