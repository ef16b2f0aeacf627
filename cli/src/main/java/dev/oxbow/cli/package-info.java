/**
 * The {@code ox} command: reads arguments, asks the {@link dev.oxbow.engine.Engine}, shows what
 * comes back.
 *
 * <p>Results go to standard output, progress and failures to standard error; with {@code --json}
 * standard output carries JSON and nothing else. Text that comes out of a sandbox is cleaned before
 * it reaches a terminal.
 */
@NullMarked
package dev.oxbow.cli;

import org.jspecify.annotations.NullMarked;
