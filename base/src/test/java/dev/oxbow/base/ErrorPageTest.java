package dev.oxbow.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The page of errors is printed from the table; {@code -Ddocs.write=true} prints it anew. */
class ErrorPageTest {
    private static final Path PAGE = Path.of("../docs/errors.md");

    @Test
    void thePageShowsTheTableAsItIs() throws IOException {
        String page = page();
        if (Boolean.getBoolean("docs.write")) {
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE)
                .as(
                        "stale; print it anew with: ./mvnw test -pl base -Dtest=ErrorPageTest"
                                + " -Ddocs.write=true")
                .hasContent(page);
    }

    private static String page() {
        StringBuilder page = new StringBuilder();
        page.append(
                """
                # Errors

                Every failure of Oxbow has one of these codes. A command prints one line that says what and
                why, below it what to do, and ends with the exit code of the table; `ox run` uses the exit
                codes of its [outcome](guides/run-an-agent.md#how-a-run-ends). *Retry* means that the same call
                may succeed later. This page is printed from `ErrorCode`.

                """);
        for (ErrorCategory category : ErrorCategory.values()) {
            StringBuilder rows = new StringBuilder();
            for (ErrorCode code : ErrorCode.values()) {
                if (code.category() == category) {
                    rows.append(
                            "| `%s` | %s %s | %d | %d | %s |%n"
                                    .formatted(
                                            code.name(),
                                            code.meaning(),
                                            code.suggestion(),
                                            code.exitCode(),
                                            code.httpStatus(),
                                            code.retryable() ? "yes" : "no"));
                }
            }
            if (!rows.isEmpty()) {
                page.append("## ").append(category.wire()).append("\n");
                page.append("| Code | What it means, what to do | Exit | HTTP | Retry |\n");
                page.append("|---|---|---|---|---|\n").append(rows).append('\n');
            }
        }
        return page.toString().stripTrailing() + "\n";
    }
}
