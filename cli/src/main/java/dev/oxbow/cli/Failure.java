package dev.oxbow.cli;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * Any failure as a caller gets it: one clear line, what to do, an exit code.
 *
 * @param code stable code
 * @param message what and why, one line
 * @param suggestion what to do, maybe empty
 * @param exitCode how {@code ox} ends
 */
record Failure(String code, String message, String suggestion, int exitCode) {
    private static final int INTERRUPTED = 130;

    static Failure of(Throwable thrown) {
        return switch (thrown) {
            case OxException e ->
                    new Failure(
                            e.code().name(), e.getMessage(), e.suggestion(), e.code().exitCode());
            case CompletionException e when e.getCause() != null -> of(e.getCause());
            case ExecutionException e when e.getCause() != null -> of(e.getCause());
            case InterruptedException _ ->
                    new Failure("INTERRUPTED", "interrupted", "", INTERRUPTED);
            default -> unexpected(thrown);
        };
    }

    private static Failure unexpected(Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (String.valueOf(t.getMessage()).contains("No space left on device")) {
                return of(OxException.of(ErrorCode.NO_SPACE, "the disk is full"));
            }
        }
        return new Failure(
                ErrorCode.INTERNAL.name(),
                "internal error: "
                        + thrown.getClass().getSimpleName()
                        + (thrown.getMessage() == null ? "" : ": " + thrown.getMessage()),
                "This is a defect; repeat with --verbose and report what it prints.",
                ErrorCode.INTERNAL.exitCode());
    }

    /** Prints the line and the advice; the stack only if somebody wants to look inside. */
    void print(PrintStream err, Style style) {
        err.println(style.bad("ox:") + " " + SafeText.line(message, 2000));
        if (!suggestion.isBlank()) {
            err.println("    " + SafeText.line(suggestion, 2000));
        }
        err.flush();
    }

    static void printStack(Throwable thrown, PrintStream err) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        err.print(SafeText.clean(text.toString()));
        err.flush();
    }

    /** What {@code --json} prints instead of a result. */
    record Document(Body error) {
        record Body(String code, String message, String hint, int exit) {}
    }

    Document document() {
        return new Document(new Document.Body(code, message, suggestion, exitCode));
    }
}
