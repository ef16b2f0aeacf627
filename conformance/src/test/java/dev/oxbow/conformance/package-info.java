@NullMarked
package dev.oxbow.conformance;

import org.jspecify.annotations.NullMarked;
