package dev.oxbow.providers.fake;

import dev.oxbow.providers.fake.ShellSyntax.Part;
import dev.oxbow.providers.fake.ShellSyntax.Word;
import java.util.ArrayList;
import java.util.List;

/** Expands the words of a shell command. */
final class ShellWords {
    private static final String PROCESSES = "/proc/[0-9]*/";

    private final Shell shell;
    private final MemoryTask.Streams io;

    ShellWords(Shell shell, MemoryTask.Streams io) {
        this.shell = shell;
        this.io = io;
    }

    /** All words; what is not quoted is split, and the one pattern that tests use is matched. */
    List<String> expand(List<Word> words) throws InterruptedException {
        List<String> all = new ArrayList<>();
        for (Word word : words) {
            expand(word, all);
        }
        return all;
    }

    private void expand(Word word, List<String> into) throws InterruptedException {
        StringBuilder current = new StringBuilder();
        boolean something = false;
        for (Part part : word.parts()) {
            String value = value(part);
            if (!splits(part)) {
                current.append(value);
                something = true;
                continue;
            }
            String[] fields = value.strip().split("\\s+", -1);
            for (int i = 0; i < fields.length; i++) {
                if (i > 0) {
                    into.add(current.toString());
                    current.setLength(0);
                }
                current.append(fields[i]);
            }
            something |= !value.isBlank();
        }
        if (!something) {
            return;
        }
        if (current.toString().startsWith(PROCESSES)) {
            String rest = current.substring(PROCESSES.length());
            shell.task()
                    .machine()
                    .tasks()
                    .keySet()
                    .forEach(pid -> into.add("/proc/" + pid + "/" + rest));
        } else {
            into.add(current.toString());
        }
    }

    /** One word that is never split, as in an assignment. */
    String joined(Word word) throws InterruptedException {
        StringBuilder all = new StringBuilder();
        for (Part part : word.parts()) {
            all.append(value(part));
        }
        return all.toString();
    }

    private static boolean splits(Part part) {
        return switch (part) {
            case Part.Text _, Part.Sum _ -> false;
            case Part.Variable variable -> !variable.quoted();
            case Part.Output output -> !output.quoted();
        };
    }

    private String value(Part part) throws InterruptedException {
        return switch (part) {
            case Part.Text text -> text.text();
            case Part.Variable variable -> shell.variable(variable.name());
            case Part.Output output -> shell.outputOf(output.command(), io);
            case Part.Sum sum -> Long.toString(add(sum.expression()));
        };
    }

    /** Sums and differences of numbers and variables: all that tests count with. */
    private long add(String expression) {
        long total = 0;
        for (String term : expression.replace(" ", "").split("(?=[+-])", -1)) {
            String name = term.replaceAll("^[+-]", "");
            String value = name.matches("\\d+") ? name : shell.variable(name);
            long number = value.isEmpty() ? 0 : Long.parseLong(value);
            total += term.startsWith("-") ? -number : number;
        }
        return total;
    }
}
