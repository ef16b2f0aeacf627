package dev.oxbow.cli;

import dev.oxbow.agents.AgentName;
import dev.oxbow.sandbox.Signal;
import dev.oxbow.sandbox.Tier;
import dev.oxbow.workspace.ConflictPolicy;
import java.util.Arrays;
import java.util.Iterator;

/** The words that options with few of them take; shells complete by them. */
final class Choices {
    private Choices() {}

    static final class Agents implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(AgentName.values()).map(AgentName::wire).iterator();
        }
    }

    static final class Tiers implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Tier.values()).map(Tier::wire).iterator();
        }
    }

    static final class Policies implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(ConflictPolicy.values()).map(ConflictPolicy::text).iterator();
        }
    }

    static final class Signals implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Signal.values()).map(Signal::name).iterator();
        }
    }

    static final class Shells implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.asList("bash", "zsh", "fish").iterator();
        }
    }
}
