/**
 * Words that every other module shares: ids, errors, deadlines, bounded queues, JSON, redaction.
 *
 * <p>Nothing here touches a file, a socket or a process, and nothing here knows another module.
 */
@NullMarked
package dev.oxbow.base;

import org.jspecify.annotations.NullMarked;
