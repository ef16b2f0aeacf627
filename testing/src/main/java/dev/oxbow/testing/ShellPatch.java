package dev.oxbow.testing;

/** File steps as command lines, for an agent whose only tool is a shell that knows apply_patch. */
final class ShellPatch {
    private ShellPatch() {}

    static String command(Step.Tool tool) {
        return switch (tool) {
            case Step.Run run -> run.command();
            case Step.Read read -> "cat " + quote(read.path());
            case Step.Write write when write.content().endsWith("\n") ->
                    patch("*** Add File: " + write.path() + "\n" + prefixed("+", write.content()));
            // A patch always ends its lines, so other content goes by printf.
            case Step.Write write ->
                    "printf %s " + quote(write.content()) + " > " + quote(write.path());
            case Step.Edit edit ->
                    patch(
                            "*** Update File: "
                                    + edit.path()
                                    + "\n@@\n"
                                    + prefixed("-", edit.oldText())
                                    + prefixed("+", edit.newText()));
        };
    }

    private static String patch(String body) {
        String end = body.lines().anyMatch("EOF"::equals) ? "OXBOW_EOF" : "EOF";
        return "apply_patch <<'%s'\n*** Begin Patch\n%s*** End Patch\n%s".formatted(end, body, end);
    }

    private static String prefixed(String mark, String text) {
        StringBuilder out = new StringBuilder();
        text.lines().forEach(line -> out.append(mark).append(line).append('\n'));
        return out.toString();
    }

    private static String quote(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
