@NullMarked
package dev.oxbow.testing;

import org.jspecify.annotations.NullMarked;
