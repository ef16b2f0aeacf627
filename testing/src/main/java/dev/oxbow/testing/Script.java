package dev.oxbow.testing;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What the stand-in model does for which prompt. Immutable.
 *
 * <pre>{@code
 * Script script = Script.builder()
 *         .when("fix the test", s -> s.run("./test.sh").edit("calc", "a - b", "a + b").say("Fixed."))
 *         .otherwise(s -> s.say("Nothing to do."))
 *         .build();
 * }</pre>
 *
 * <p>A prompt gets the steps of the first scenario whose text it contains. Requests that offer no
 * tools, with which agents ask for a title, get {@link #title()} and touch no scenario.
 *
 * @param title the answer to requests without tools
 * @param scenarios in order of precedence; the last one matches everything
 */
public record Script(String title, List<Scenario> scenarios) {

    /**
     * The steps for one kind of prompt.
     *
     * @param match a text that the prompt contains; empty matches every prompt
     * @param steps what is done, in order
     */
    public record Scenario(String match, List<Step> steps) {
        /** Copies the list. */
        public Scenario {
            steps = List.copyOf(steps);
        }
    }

    /** Copies the list and makes sure that every prompt has an answer. */
    public Script {
        List<Scenario> all = new ArrayList<>(scenarios);
        if (all.isEmpty() || !all.getLast().match().isEmpty()) {
            all.add(new Scenario("", new Steps().say("Nothing is scripted for this.").list()));
        }
        scenarios = List.copyOf(all);
    }

    /**
     * Reads a script file; its format is described in {@code docs/model-server.md}.
     *
     * @throws dev.oxbow.base.OxException {@code INVALID_ARGUMENT} if it cannot be read or is not a
     *     script
     */
    public static Script load(Path file) {
        return ScriptFile.load(file);
    }

    /** As {@link #load}, from text. */
    public static Script parse(String json) {
        return ScriptFile.parse(json);
    }

    /** A script that does the same for every prompt. */
    public static Script always(UnaryOperator<Steps> steps) {
        return builder().otherwise(steps).build();
    }

    /** A script to be filled. */
    public static Builder builder() {
        return new Builder();
    }

    /** The number of the scenario that a prompt gets. */
    int scenarioFor(String prompt) {
        for (int i = 0; i < scenarios.size(); i++) {
            if (prompt.contains(scenarios.get(i).match())) {
                return i;
            }
        }
        return scenarios.size() - 1;
    }

    /** Collects scenarios. Not safe for concurrent use. */
    public static final class Builder {
        private String title = "A scripted conversation";
        private final List<Scenario> scenarios = new ArrayList<>();

        private Builder() {}

        /** What requests without tools are answered. */
        public Builder title(String text) {
            title = text;
            return this;
        }

        /** Steps for prompts that contain {@code match}; earlier ones take precedence. */
        public Builder when(String match, UnaryOperator<Steps> steps) {
            scenarios.add(new Scenario(match, steps.apply(new Steps()).list()));
            return this;
        }

        /** Steps for every other prompt; to be called last. */
        public Builder otherwise(UnaryOperator<Steps> steps) {
            return when("", steps);
        }

        /** The finished script. */
        public Script build() {
            return new Script(title, scenarios);
        }
    }

    /** A list of steps in the making. Not safe for concurrent use. */
    public static final class Steps {
        private final List<Step> steps = new ArrayList<>();

        private Steps() {}

        /** Says a text in one piece. */
        public Steps say(String text) {
            return add(new Step.Say(text, 1, Duration.ZERO));
        }

        /** Says a text in pieces with a wait between them. */
        public Steps say(String text, int chunks, Duration delay) {
            return add(new Step.Say(text, chunks, delay));
        }

        /** Thinks aloud. */
        public Steps reason(String text) {
            return add(new Step.Reason(text));
        }

        /** Runs a shell command line by the agent's own tool. */
        public Steps run(String command) {
            return add(new Step.Run(command));
        }

        /** Creates a file by the agent's own tool. */
        public Steps write(String path, String content) {
            return add(new Step.Write(path, content));
        }

        /** Reads a file by the agent's own tool. */
        public Steps read(String path) {
            return add(new Step.Read(path));
        }

        /** Reads a file, then replaces whole lines in it; two turns. */
        public Steps edit(String path, String oldText, String newText) {
            return read(path).add(new Step.Edit(path, oldText, newText));
        }

        /** Sets the tokens that the current turn reports. */
        public Steps usage(Usage usage) {
            return add(new Step.Report(usage));
        }

        /** Waits, then goes on. */
        public Steps hang(Duration duration) {
            return add(new Step.Hang(duration));
        }

        /** Demands a text in the request of the current turn. */
        public Steps expect(String text) {
            return add(new Step.Expect(text));
        }

        /** Answers every try with that status. */
        public Steps fail(int status, String message) {
            return add(new Step.Fail(status, "", message, 0));
        }

        /** Adds any step, such as a fault that goes away. */
        public Steps add(Step step) {
            steps.add(step);
            return this;
        }

        List<Step> list() {
            return List.copyOf(steps);
        }
    }
}
