/**
 * Lossless three-way sync between a git worktree of the host and the workspace of a sandbox.
 *
 * <p>Three trees are compared by content: the base (what the sandbox last had), the worktree as it
 * is now, and the workspace as it is now. Nothing that either side made is ever overwritten without
 * a copy under a git ref.
 */
@NullMarked
package dev.oxbow.workspace;

import org.jspecify.annotations.NullMarked;
