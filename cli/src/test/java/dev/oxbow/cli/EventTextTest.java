package dev.oxbow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oxbow.agents.AgentEvent.OutputMode;
import dev.oxbow.agents.AgentEvent.RunCompleted;
import dev.oxbow.agents.AgentEvent.ToolCompleted;
import dev.oxbow.agents.AgentEvent.ToolOutput;
import dev.oxbow.agents.AgentEvent.ToolStatus;
import dev.oxbow.agents.AgentEvent.Usage;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class EventTextTest {
    private final EventText text = new EventText(Style.PLAIN, false);

    @Test
    void outputIsShownLineByLineAsItComes() {
        assertThat(text.lines(append("one\ntw"))).containsExactly("    one");
        assertThat(text.lines(append("o\n\u001b[31mthree"))).containsExactly("    two");
        assertThat(text.lines(completed(ToolStatus.OK, "one\ntwo\nthree")))
                .containsExactly("    three");
    }

    @Test
    void outputThatCameAtTheEndOnlyIsShownThen() {
        assertThat(text.lines(new ToolOutput("c", OutputMode.REPLACE, "on"))).isEmpty();
        assertThat(text.lines(completed(ToolStatus.FAILED, "one\n"))).contains("    one");
    }

    @Test
    void theEndTellsWhatItTook() {
        Usage usage = Usage.run(1200, 0, 0, 34, 0, Optional.of(0.02));

        RunCompleted end =
                new RunCompleted(
                        "stop", "", usage, 0, 0, 0, 900, Optional.empty(), OptionalInt.empty());

        assertThat(text.lines(end)).containsExactly("› 1,200 tokens in, 34 out, $0.0200");
        assertThat(text.lines(usage)).isEmpty();
    }

    private static ToolOutput append(String text) {
        return new ToolOutput("c", OutputMode.APPEND, text);
    }

    private static ToolCompleted completed(ToolStatus status, String output) {
        return new ToolCompleted(
                "c",
                status,
                OptionalInt.of(0),
                Optional.of(output),
                false,
                Optional.empty(),
                List.of(),
                OptionalLong.empty());
    }
}
