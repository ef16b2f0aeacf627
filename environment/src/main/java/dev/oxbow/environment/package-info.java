/**
 * What the machine that {@code ox} stands on offers: the facts, the checks of {@code ox doctor} and
 * how to get what is missing.
 */
@NullMarked
package dev.oxbow.environment;

import org.jspecify.annotations.NullMarked;
