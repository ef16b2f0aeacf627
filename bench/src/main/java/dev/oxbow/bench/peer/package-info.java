/**
 * Other ways of walling off a command on this machine, each used as its users do, by its own
 * program. What is not installed, or does not work here, says why.
 */
@NullMarked
package dev.oxbow.bench.peer;

import org.jspecify.annotations.NullMarked;
