/**
 * The records of threads, runs, events and manifests in SQLite, behind the stores that the modules
 * above declare. The only place that knows JDBC.
 */
@NullMarked
package dev.oxbow.store;

import org.jspecify.annotations.NullMarked;
