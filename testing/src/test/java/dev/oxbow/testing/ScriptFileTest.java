package dev.oxbow.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oxbow.base.OxException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptFileTest {
    @Test
    void readsEveryStep() {
        Script script =
                Script.parse(
                        """
                        {"title": "T",
                         "prompts": [{"match": "m", "steps": [
                           {"say": "a", "chunks": 2, "delay": "5ms"},
                           {"reason": "r"}, {"run": "c"}, {"write": "p", "content": "x"},
                           {"read": "p"}, {"edit": "p", "old": "x", "new": "y"},
                           {"hang": "2s"}, {"expect": "e"},
                           {"usage": {"input": 5, "cached": 1, "output": 3, "reasoning": 2}},
                           {"error": 429, "type": "t", "message": "m", "times": 2},
                           {"errorInStream": "s", "type": "u", "times": 1},
                           {"cutAfterBytes": 7}, {"cutAfterFrames": 3, "times": 1}]}],
                         "fallback": [{"say": "f"}]}
                        """);
        assertThat(script.title()).isEqualTo("T");
        assertThat(script.scenarios()).hasSize(2);
        assertThat(script.scenarios().getFirst().steps())
                .containsExactly(
                        new Step.Say("a", 2, Duration.ofMillis(5)),
                        new Step.Reason("r"),
                        new Step.Run("c"),
                        new Step.Write("p", "x"),
                        new Step.Read("p"),
                        new Step.Read("p"),
                        new Step.Edit("p", "x", "y"),
                        new Step.Hang(Duration.ofSeconds(2)),
                        new Step.Expect("e"),
                        new Step.Report(new Usage(5, 1, 3, 2)),
                        new Step.Fail(429, "t", "m", 2),
                        new Step.FailInStream("u", "s", 1),
                        new Step.CutAfterBytes(7, 0),
                        new Step.CutAfterFrames(3, 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{",
                "{\"prompt\": []}",
                "{\"fallback\": [{}]}",
                "{\"fallback\": [{\"sing\": \"la\"}]}",
                "{\"fallback\": [{\"say\": 1}]}",
                "{\"fallback\": [{\"say\": \"a\", \"cunks\": 2}]}",
                "{\"fallback\": [{\"hang\": \"soon\"}]}",
                "{\"fallback\": [{\"error\": 200}]}",
                "{\"fallback\": [{\"usage\": {\"input\": 1, \"cached\": 2}}]}",
                "{\"fallback\": {\"say\": \"a\"}}",
                "{\"prompts\": [{\"steps\": []}]}"
            })
    void refusesWhatIsNoScript(String json) {
        assertThatThrownBy(() -> Script.parse(json))
                .isInstanceOf(OxException.class)
                .hasMessageContaining("the script is not valid");
    }
}
