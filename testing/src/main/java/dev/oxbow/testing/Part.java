package dev.oxbow.testing;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A piece of a streamed answer. */
sealed interface Part {

    /** A server-sent event; an empty name leaves the event line out. */
    record Frame(String event, String data) implements Part {
        byte[] bytes() {
            String head = event.isEmpty() ? "" : "event: " + event + "\n";
            return (head + "data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8);
        }
    }

    /** A wait before the next piece. */
    record Wait(Duration duration) implements Part {}
}
