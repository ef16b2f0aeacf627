/**
 * The scripted model server: stands in for a model behind a coding agent, on loopback, speaking the
 * four wire protocols that the supported agents use.
 */
@NullMarked
package dev.oxbow.testing;

import org.jspecify.annotations.NullMarked;
