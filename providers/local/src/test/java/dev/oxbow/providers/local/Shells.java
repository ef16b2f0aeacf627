package dev.oxbow.providers.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.base.Deadline;
import dev.oxbow.sandbox.Cursor;
import dev.oxbow.sandbox.OutputFrame;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Scripts run in sandboxes for what they say. */
final class Shells {
    private Shells() {}

    /** What a script says, on both channels; it must succeed. */
    static String run(Sandbox sandbox, String script) throws Exception {
        SandboxProcess process = sandbox.exec(ProcessSpec.of("sh", "-c", script));
        try (var output = process.read(Cursor.START)) {
            StringBuilder text = new StringBuilder();
            Deadline deadline = Deadline.in(Duration.ofSeconds(60));
            while (true) {
                switch (output.next(deadline).orElseThrow()) {
                    case OutputFrame.Data d ->
                            text.append(new String(d.bytes(), StandardCharsets.UTF_8));
                    case OutputFrame.Exit(ProcessExit exit) -> {
                        assertThat(exit.success()).as(script + ": " + text).isTrue();
                        return text.toString();
                    }
                    default -> throw new AssertionError("bytes are missing");
                }
            }
        }
    }
}
