/**
 * Threads and runs: everything between a face that asks for work and the sandbox, agent and
 * worktree that do it.
 *
 * <p>{@link dev.oxbow.engine.Engine} is the one interface the faces see. What the engine must
 * remember it writes through {@link dev.oxbow.engine.RunStore} before it acts, so that any of its
 * processes may die at any point and another one goes on.
 */
@NullMarked
package dev.oxbow.engine;

import org.jspecify.annotations.NullMarked;
