/**
 * The few system calls that Java lacks, and the one safe way to touch files below a directory.
 *
 * <p>{@link dev.oxbow.posix.Directory} resolves every path beneath its root without following links
 * and keeps names as the bytes they are; all file writes on the host that concern foreign trees go
 * through it.
 */
@NullMarked
package dev.oxbow.posix;

import org.jspecify.annotations.NullMarked;
