@NullMarked
package dev.oxbow.egress;

import org.jspecify.annotations.NullMarked;
