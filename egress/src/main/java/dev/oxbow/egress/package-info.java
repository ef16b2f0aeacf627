/**
 * The only way out of a sandbox: a forward proxy that lets nothing pass but what a policy names,
 * refuses every request that two readers could understand differently, and reports each decision.
 */
@NullMarked
package dev.oxbow.egress;

import org.jspecify.annotations.NullMarked;
