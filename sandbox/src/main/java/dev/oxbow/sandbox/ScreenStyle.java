package dev.oxbow.sandbox;

import java.util.ArrayList;
import java.util.List;

/**
 * How a character looks.
 *
 * @param attributes bit n set: attribute n of the SGR table, 1 bold to 9 struck out
 * @param foreground parameters that choose the colour, such as {@code 38;5;120}; empty for usual
 * @param background likewise
 */
record ScreenStyle(int attributes, String foreground, String background) {
    static final ScreenStyle PLAIN = new ScreenStyle(0, "", "");

    /** What erased cells look like: only the background stays. */
    ScreenStyle erased() {
        return attributes == 0 && foreground.isEmpty() ? this : new ScreenStyle(0, "", background);
    }

    /** The style after a sequence {@code CSI ... m}; each parameter with its colon-parts. */
    ScreenStyle after(List<String> parameters) {
        ScreenStyle style = this;
        for (int i = 0; i < parameters.size(); i++) {
            String[] parts = parameters.get(i).split(":", -1);
            int code = ScreenParser.number(parts[0], 0);
            if (code == 38 || code == 48 || code == 58) {
                String colour;
                if (parts.length > 1) {
                    colour = parameters.get(i);
                } else {
                    int length = colourLength(parameters, i);
                    List<String> words =
                            parameters.subList(i, Math.min(i + length, parameters.size()));
                    colour = String.join(";", words);
                    i += length - 1;
                }
                style = code == 58 ? style : style.coloured(code == 38, colour);
            } else {
                style = style.after(code, parts);
            }
        }
        return style;
    }

    private static int colourLength(List<String> parameters, int at) {
        return switch (at + 1 < parameters.size() ? parameters.get(at + 1) : "") {
            case "5" -> 3;
            case "2" -> 5;
            default -> 1;
        };
    }

    private ScreenStyle after(int code, String[] parts) {
        return switch (code) {
            case 0 -> PLAIN;
            case 1, 2, 3, 5, 6, 7, 8, 9 -> with(1 << code);
            case 4 -> parts.length > 1 && parts[1].equals("0") ? without(1 << 4) : with(1 << 4);
            case 21 -> with(1 << 4);
            case 22 -> without((1 << 1) | (1 << 2));
            case 25 -> without((1 << 5) | (1 << 6));
            case 23, 24, 27, 28, 29 -> without(1 << (code - 20));
            case 39 -> coloured(true, "");
            case 49 -> coloured(false, "");
            default -> {
                if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) {
                    yield coloured(true, Integer.toString(code));
                }
                if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) {
                    yield coloured(false, Integer.toString(code));
                }
                yield this;
            }
        };
    }

    private ScreenStyle with(int bits) {
        return new ScreenStyle(attributes | bits, foreground, background);
    }

    private ScreenStyle without(int bits) {
        return new ScreenStyle(attributes & ~bits, foreground, background);
    }

    private ScreenStyle coloured(boolean front, String colour) {
        return front
                ? new ScreenStyle(attributes, colour, background)
                : new ScreenStyle(attributes, foreground, colour);
    }

    /** The sequence that sets exactly this style. */
    String sequence() {
        List<String> codes = new ArrayList<>();
        codes.add("0");
        for (int n = 1; n <= 9; n++) {
            if ((attributes & (1 << n)) != 0) {
                codes.add(Integer.toString(n));
            }
        }
        if (!foreground.isEmpty()) {
            codes.add(foreground);
        }
        if (!background.isEmpty()) {
            codes.add(background);
        }
        return "\u001b[" + String.join(";", codes) + "m";
    }
}
