package dev.oxbow.engine;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.oxbow.base.SandboxId;
import java.util.Locale;
import java.util.Optional;

/**
 * One thing that housekeeping does, or would do.
 *
 * @param sandbox which sandbox it concerns
 * @param action what is done
 * @param reason why, in a few words
 * @param archive where the work of a destroyed sandbox is kept, if it was not safe elsewhere
 */
public record Chore(SandboxId sandbox, Action action, String reason, Optional<String> archive) {

    Chore(SandboxId sandbox, Action action, String reason) {
        this(sandbox, action, reason, Optional.empty());
    }

    /** What can be done. */
    public enum Action {
        /** Frozen with its memory. */
        PAUSE,
        /** Its processes ended, its files kept. */
        STOP,
        /** Nothing yet; the reason says what is to come. */
        WAIT,
        /** Destroyed; its work is safe or archived. */
        DESTROY,
        /** The archived work of a sandbox destroyed long ago is deleted. */
        FORGET;

        /** The name in JSON and tables. */
        @JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
