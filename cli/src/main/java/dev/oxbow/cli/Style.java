package dev.oxbow.cli;

/** Colours, or none. Holds no text, so it cannot let an escape sequence of others through. */
final class Style {
    static final Style PLAIN = new Style(false);

    private final boolean on;

    Style(boolean on) {
        this.on = on;
    }

    String bold(String text) {
        return with("1", text);
    }

    String faint(String text) {
        return with("2", text);
    }

    String good(String text) {
        return with("32", text);
    }

    String bad(String text) {
        return with("31", text);
    }

    String warning(String text) {
        return with("33", text);
    }

    String accent(String text) {
        return with("36", text);
    }

    private String with(String code, String text) {
        return on && !text.isEmpty() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
