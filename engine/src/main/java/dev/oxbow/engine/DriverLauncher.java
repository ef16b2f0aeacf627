package dev.oxbow.engine;

import dev.oxbow.base.RunId;

/**
 * Starts processes that call {@link Engine#drive} and outlive this one. Safe for concurrent use.
 *
 * <p>What cannot be started is an {@link dev.oxbow.base.OxException}, {@code PROVIDER_UNAVAILABLE}.
 */
public interface DriverLauncher {
    /** Starts one and returns at once. */
    void launch(RunId id);

    /** Has one stand by, to be started when this process dies, however it does. */
    Guardian guard(RunId id);
}
