package dev.oxbow.sandbox;

import java.util.List;

/**
 * Splits what a terminal is sent into characters and sequences; whatever is cut between two calls
 * is put together again. Text is UTF-8; what is not is shown as U+FFFD.
 */
final class ScreenParser {
    private static final int LONGEST = 4096;

    /** What the parts of the stream do. */
    interface Actions {
        void print(int character);

        void control(int code);

        /** {@code ESC}, intermediate characters, last character. */
        void escape(String intermediates, char last);

        /** {@code CSI}: private mark and intermediates together, parameters, last character. */
        void sequence(String marks, List<String> parameters, char last);

        /** {@code OSC} with its text. */
        void command(String text);
    }

    private enum State {
        TEXT,
        ESCAPE,
        SEQUENCE,
        COMMAND,
        IGNORED
    }

    private final Actions actions;
    private final StringBuilder held = new StringBuilder();
    private State state = State.TEXT;
    private boolean escaped;
    private int character;
    private int missing;
    private int least;

    ScreenParser(Actions actions) {
        this.actions = actions;
    }

    void feed(byte[] bytes) {
        for (byte b : bytes) {
            feed(b & 0xff);
        }
    }

    private void feed(int b) {
        if (missing > 0) {
            if ((b & 0xc0) == 0x80) {
                character = (character << 6) | (b & 0x3f);
                if (--missing == 0) {
                    character(valid(character) ? character : 0xfffd);
                }
                return;
            }
            missing = 0;
            character(0xfffd);
        }
        if (b < 0x80) {
            character(b);
        } else if (b >= 0xc2 && b <= 0xdf) {
            begin(b & 0x1f, 1, 0x80);
        } else if (b >= 0xe0 && b <= 0xef) {
            begin(b & 0x0f, 2, 0x800);
        } else if (b >= 0xf0 && b <= 0xf4) {
            begin(b & 0x07, 3, 0x10000);
        } else {
            character(0xfffd);
        }
    }

    private void begin(int bits, int more, int smallest) {
        character = bits;
        missing = more;
        least = smallest;
    }

    private boolean valid(int c) {
        return c >= least && c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
    }

    private void character(int c) {
        if (state == State.COMMAND || state == State.IGNORED) {
            string(c);
        } else if (c == 0x1b) {
            begin(State.ESCAPE);
        } else if (c == 0x18 || c == 0x1a) {
            state = State.TEXT;
        } else if (c < 0x20) {
            actions.control(c);
        } else {
            switch (state) {
                case TEXT -> {
                    if (c != 0x7f) {
                        actions.print(c);
                    }
                }
                case ESCAPE -> escape((char) c);
                case SEQUENCE -> sequence((char) c);
                case COMMAND, IGNORED -> throw new IllegalStateException("handled above");
            }
        }
    }

    private void begin(State next) {
        state = next;
        held.setLength(0);
        escaped = false;
    }

    private void string(int c) {
        if (c == 0x18 || c == 0x1a) {
            state = State.TEXT;
        } else if ((escaped && c == '\\') || (c == 0x07 && state == State.COMMAND)) {
            if (state == State.COMMAND) {
                actions.command(held.toString());
            }
            state = State.TEXT;
        } else if (escaped) {
            begin(State.ESCAPE);
            character(c);
        } else if (c == 0x1b) {
            escaped = true;
        } else if (held.length() < LONGEST) {
            held.appendCodePoint(c);
        }
    }

    private void escape(char c) {
        if (c >= 0x20 && c <= 0x2f) {
            hold(c);
        } else if (held.isEmpty() && c == '[') {
            begin(State.SEQUENCE);
        } else if (held.isEmpty() && c == ']') {
            begin(State.COMMAND);
        } else if (held.isEmpty() && (c == 'P' || c == 'X' || c == '^' || c == '_')) {
            begin(State.IGNORED);
        } else {
            state = State.TEXT;
            actions.escape(held.toString(), c);
        }
    }

    private void sequence(char c) {
        if (c < 0x40 || c > 0x7e) {
            hold(c);
            return;
        }
        state = State.TEXT;
        StringBuilder marks = new StringBuilder();
        StringBuilder numbers = new StringBuilder();
        for (int i = 0; i < held.length(); i++) {
            char each = held.charAt(i);
            boolean number = each >= '0' && each <= ';';
            (number ? numbers : marks).append(each);
        }
        actions.sequence(marks.toString(), List.of(numbers.toString().split(";", -1)), c);
    }

    private void hold(char c) {
        if (held.length() < LONGEST) {
            held.append(c);
        }
    }

    /** A parameter as a number; the usual value where it is missing. */
    static int number(String text, int usual) {
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return usual;
            }
            value = Math.min(value * 10 + c - '0', 100_000);
        }
        return text.isEmpty() ? usual : value;
    }
}
