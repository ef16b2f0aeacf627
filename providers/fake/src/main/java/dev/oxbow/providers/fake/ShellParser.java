package dev.oxbow.providers.fake;

import dev.oxbow.providers.fake.ShellSyntax.Part;
import dev.oxbow.providers.fake.ShellSyntax.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the part of POSIX sh that {@link ShellSyntax} holds. */
final class ShellParser {
    private static final Pattern ASSIGNMENT =
            Pattern.compile("[A-Za-z_][A-Za-z0-9_]*=.*", Pattern.DOTALL);
    private static final Set<String> ENDS = Set.of("then", "else", "fi", "do", "done", "}");

    private final String text;
    private int at;

    private ShellParser(String text) {
        this.text = text;
    }

    /** Thrown for what this shell does not understand. */
    static final class SyntaxError extends RuntimeException {
        private SyntaxError(String message) {
            super(message);
        }
    }

    static ShellSyntax parse(String script) {
        ShellParser parser = new ShellParser(script);
        ShellSyntax whole = parser.sequence();
        if (parser.at < script.length()) {
            throw parser.error("something unexpected");
        }
        return whole;
    }

    private SyntaxError error(String what) {
        return new SyntaxError(
                what + " at '" + text.substring(at, Math.min(text.length(), at + 20)) + "'");
    }

    private ShellSyntax sequence() {
        List<ShellSyntax.Item> items = new ArrayList<>();
        skip(true);
        while (at < text.length() && text.charAt(at) != ')' && !atEndWord()) {
            ShellSyntax command = andOr();
            skip(false);
            boolean background = at < text.length() && text.charAt(at) == '&';
            if (background || (at < text.length() && ";\n".indexOf(text.charAt(at)) >= 0)) {
                at++;
            }
            items.add(new ShellSyntax.Item(command, background));
            skip(true);
        }
        return new ShellSyntax.Sequence(items);
    }

    private boolean atEndWord() {
        return ENDS.stream().anyMatch(this::atWord);
    }

    private boolean atWord(String word) {
        int end = at + word.length();
        return text.startsWith(word, at)
                && (end == text.length() || " \t\n;&|()<>".indexOf(text.charAt(end)) >= 0);
    }

    private boolean take(String token) {
        if (text.startsWith(token, at)) {
            at += token.length();
            return true;
        }
        return false;
    }

    private void expect(String word) {
        skip(true);
        if (!atWord(word)) {
            throw error("'" + word + "' expected");
        }
        at += word.length();
    }

    private void skip(boolean lines) {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == ' ' || c == '\t' || (lines && c == '\n')) {
                at++;
            } else if (text.startsWith("\\\n", at)) {
                at += 2;
            } else if (c == '#') {
                while (at < text.length() && text.charAt(at) != '\n') {
                    at++;
                }
            } else {
                return;
            }
        }
    }

    private ShellSyntax andOr() {
        ShellSyntax left = pipeline();
        for (skip(false); text.startsWith("&&", at) || text.startsWith("||", at); skip(false)) {
            boolean and = text.charAt(at) == '&';
            at += 2;
            skip(true);
            left = new ShellSyntax.Both(left, and, pipeline());
        }
        return left;
    }

    private ShellSyntax pipeline() {
        skip(false);
        if (atWord("!")) {
            at++;
            return new ShellSyntax.Not(pipeline());
        }
        List<ShellSyntax> commands = new ArrayList<>(List.of(command()));
        for (skip(false); text.startsWith("|", at) && !text.startsWith("||", at); skip(false)) {
            at++;
            skip(true);
            commands.add(command());
        }
        return commands.size() == 1 ? commands.getFirst() : new ShellSyntax.Pipeline(commands);
    }

    private ShellSyntax command() {
        skip(false);
        ShellSyntax compound;
        if (take("(")) {
            compound = new ShellSyntax.Subshell(sequence());
            if (!take(")")) {
                throw error("')' expected");
            }
        } else if (atWord("{")) {
            at++;
            compound = sequence();
            expect("}");
        } else if (atWord("while") || atWord("until")) {
            boolean until = text.charAt(at) == 'u';
            at += 5;
            ShellSyntax condition = sequence();
            compound = new ShellSyntax.Loop(condition, until, body());
        } else if (atWord("for")) {
            at += 3;
            compound = loopOverWords();
        } else if (atWord("if")) {
            at += 2;
            compound = condition();
        } else {
            return simple();
        }
        List<ShellSyntax.Redirection> redirections = new ArrayList<>();
        for (Optional<ShellSyntax.Redirection> next = redirection();
                next.isPresent();
                next = redirection()) {
            redirections.add(next.get());
        }
        return redirections.isEmpty()
                ? compound
                : new ShellSyntax.Redirected(compound, redirections);
    }

    private ShellSyntax body() {
        expect("do");
        ShellSyntax body = sequence();
        expect("done");
        return body;
    }

    private ShellSyntax loopOverWords() {
        skip(false);
        int start = at;
        while (at < text.length() && Character.isLetterOrDigit(text.charAt(at))) {
            at++;
        }
        String name = text.substring(start, at);
        expect("in");
        List<Word> words = new ArrayList<>();
        for (skip(false); at < text.length() && ";\n".indexOf(text.charAt(at)) < 0; skip(false)) {
            words.add(word());
        }
        at++;
        return new ShellSyntax.For(name, words, body());
    }

    private ShellSyntax condition() {
        ShellSyntax condition = sequence();
        expect("then");
        ShellSyntax then = sequence();
        Optional<ShellSyntax> otherwise = Optional.empty();
        skip(true);
        if (atWord("else")) {
            at += 4;
            otherwise = Optional.of(sequence());
        }
        expect("fi");
        return new ShellSyntax.If(condition, then, otherwise);
    }

    private ShellSyntax simple() {
        List<ShellSyntax.Assignment> assignments = new ArrayList<>();
        List<Word> words = new ArrayList<>();
        List<ShellSyntax.Redirection> redirections = new ArrayList<>();
        for (skip(false); at < text.length(); skip(false)) {
            Optional<ShellSyntax.Redirection> redirection = redirection();
            if (redirection.isPresent()) {
                redirections.add(redirection.get());
            } else if (";&|()\n".indexOf(text.charAt(at)) >= 0) {
                break;
            } else if (words.isEmpty() && ASSIGNMENT.matcher(text.substring(at)).matches()) {
                int equals = text.indexOf('=', at);
                String name = text.substring(at, equals);
                at = equals + 1;
                assignments.add(new ShellSyntax.Assignment(name, word()));
            } else {
                words.add(word());
            }
        }
        if (words.isEmpty() && assignments.isEmpty() && redirections.isEmpty()) {
            throw error("a command expected");
        }
        return new ShellSyntax.Simple(assignments, words, redirections);
    }

    private Optional<ShellSyntax.Redirection> redirection() {
        skip(false);
        int start = at;
        int descriptor = -1;
        if (at + 1 < text.length()
                && Character.isDigit(text.charAt(at))
                && "<>".indexOf(text.charAt(at + 1)) >= 0) {
            descriptor = text.charAt(at) - '0';
            at++;
        }
        for (String operator : List.of(">>", ">&", "<&", ">", "<")) {
            if (take(operator)) {
                skip(false);
                int fallback = operator.startsWith("<") ? 0 : 1;
                return Optional.of(
                        new ShellSyntax.Redirection(
                                descriptor < 0 ? fallback : descriptor, operator, word()));
            }
        }
        at = start;
        return Optional.empty();
    }

    private Word word() {
        List<Part> parts = new ArrayList<>();
        StringBuilder plain = new StringBuilder();
        while (at < text.length() && " \t\n;&|()<>".indexOf(text.charAt(at)) < 0) {
            char c = text.charAt(at++);
            if (c == '\'') {
                flush(plain, parts);
                int end = text.indexOf('\'', at);
                if (end < 0) {
                    throw error("unterminated quote");
                }
                parts.add(new Part.Text(text.substring(at, end), true));
                at = end + 1;
            } else if (c == '"') {
                flush(plain, parts);
                quoted(parts);
            } else if (c == '\\' && at < text.length()) {
                flush(plain, parts);
                parts.add(new Part.Text(text.substring(at, at + 1), true));
                at++;
            } else if (c == '$') {
                flush(plain, parts);
                parts.add(expansion(false));
            } else {
                plain.append(c);
            }
        }
        flush(plain, parts);
        return new Word(parts);
    }

    private void quoted(List<Part> parts) {
        StringBuilder plain = new StringBuilder();
        while (at < text.length() && text.charAt(at) != '"') {
            char c = text.charAt(at++);
            if (c == '\\' && at < text.length() && "$`\"\\".indexOf(text.charAt(at)) >= 0) {
                plain.append(text.charAt(at++));
            } else if (c == '$') {
                parts.add(new Part.Text(plain.toString(), true));
                plain.setLength(0);
                parts.add(expansion(true));
            } else {
                plain.append(c);
            }
        }
        if (!take("\"")) {
            throw error("unterminated quote");
        }
        parts.add(new Part.Text(plain.toString(), true));
    }

    private static void flush(StringBuilder plain, List<Part> parts) {
        if (plain.length() > 0) {
            parts.add(new Part.Text(plain.toString(), false));
            plain.setLength(0);
        }
    }

    private Part expansion(boolean quoted) {
        if (take("((")) {
            int end = text.indexOf("))", at);
            String expression = text.substring(at, end);
            at = end + 2;
            return new Part.Sum(expression);
        }
        if (take("(")) {
            ShellSyntax command = sequence();
            if (!take(")")) {
                throw error("')' expected");
            }
            return new Part.Output(command, quoted);
        }
        boolean braces = take("{");
        int start = at;
        if (at < text.length() && "?!$#@0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        } else {
            while (at < text.length()
                    && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
                at++;
            }
        }
        String name = text.substring(start, at);
        if (braces && !take("}")) {
            throw error("'}' expected");
        }
        return name.isEmpty() ? new Part.Text("$", quoted) : new Part.Variable(name, quoted);
    }
}
