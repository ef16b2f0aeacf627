package dev.oxbow.providers.fake;

import java.util.List;
import java.util.Optional;

/** What a parsed shell script is made of: the part of POSIX sh that tests need. */
sealed interface ShellSyntax {

    /** Commands one after the other. */
    record Sequence(List<Item> items) implements ShellSyntax {}

    /** One command of a sequence, perhaps in the background. */
    record Item(ShellSyntax command, boolean background) {}

    /** {@code &&} or {@code ||}. */
    record Both(ShellSyntax left, boolean and, ShellSyntax right) implements ShellSyntax {}

    /** {@code !}. */
    record Not(ShellSyntax command) implements ShellSyntax {}

    /** {@code a | b}. */
    record Pipeline(List<ShellSyntax> commands) implements ShellSyntax {}

    /** {@code ( … )}. */
    record Subshell(ShellSyntax body) implements ShellSyntax {}

    /** {@code while} and {@code until}. */
    record Loop(ShellSyntax condition, boolean until, ShellSyntax body) implements ShellSyntax {}

    /** {@code for NAME in …}. */
    record For(String name, List<Word> words, ShellSyntax body) implements ShellSyntax {}

    /** {@code if}. */
    record If(ShellSyntax condition, ShellSyntax then, Optional<ShellSyntax> otherwise)
            implements ShellSyntax {}

    /** A compound command with redirections. */
    record Redirected(ShellSyntax body, List<Redirection> redirections) implements ShellSyntax {}

    /** Assignments, then a program or builtin with arguments. */
    record Simple(List<Assignment> assignments, List<Word> words, List<Redirection> redirections)
            implements ShellSyntax {}

    /** {@code NAME=word}. */
    record Assignment(String name, Word value) {}

    /** {@code 2>file}, {@code >&2} and their like. */
    record Redirection(int descriptor, String operator, Word target) {}

    /** One word before expansion. */
    record Word(List<Part> parts) {}

    /** A piece of a word. */
    sealed interface Part {
        /** As it stands. */
        record Text(String text, boolean quoted) implements Part {}

        /** {@code $name}. */
        record Variable(String name, boolean quoted) implements Part {}

        /** {@code $( … )}. */
        record Output(ShellSyntax command, boolean quoted) implements Part {}

        /** {@code $(( … ))}. */
        record Sum(String expression) implements Part {}
    }
}
