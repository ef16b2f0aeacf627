/** Who one is for a server: tokens, where they count, and what is kept of a login. */
@NullMarked
package dev.oxbow.vault;

import org.jspecify.annotations.NullMarked;
