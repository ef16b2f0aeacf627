package dev.oxbow.workspace;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A git wildcard over the bytes of a path: {@code *} and {@code ?} stop at a slash, {@code **}
 * between slashes crosses directories, {@code [a-z]} is a class, a backslash quotes.
 *
 * <p>Matched as a state machine, so that a pattern of stars from a hostile repository costs no more
 * than pattern length times path length.
 */
final class Wildcard {
    private enum Op {
        BYTES,
        STAR,
        ANYTHING,
        DIRECTORIES
    }

    private record Token(Op op, BitSet bytes) {}

    private final List<Token> tokens = new ArrayList<>();

    Wildcard(String pattern) {
        this(pattern.getBytes(StandardCharsets.UTF_8), false);
    }

    Wildcard(byte[] pattern, boolean ignoreCase) {
        for (int i = 0; i < pattern.length; ) {
            switch (pattern[i]) {
                case '*' -> i = stars(pattern, i);
                case '?' -> {
                    BitSet any = new BitSet();
                    any.set(0, 256);
                    any.clear('/');
                    tokens.add(new Token(Op.BYTES, any));
                    i++;
                }
                case '[' -> i = group(pattern, i, ignoreCase);
                case '\\' -> {
                    literal(pattern[Math.min(i + 1, pattern.length - 1)], ignoreCase);
                    i += 2;
                }
                default -> literal(pattern[i++], ignoreCase);
            }
        }
    }

    private int stars(byte[] p, int from) {
        int end = from;
        while (end < p.length && p[end] == '*') {
            end++;
        }
        boolean opens = end - from >= 2 && (from == 0 || p[from - 1] == '/');
        if (opens && end == p.length) {
            tokens.add(new Token(Op.ANYTHING, new BitSet()));
            return end;
        }
        if (opens && p[end] == '/') {
            tokens.add(new Token(Op.DIRECTORIES, new BitSet()));
            return end + 1;
        }
        tokens.add(new Token(Op.STAR, new BitSet()));
        return end;
    }

    private void literal(byte value, boolean ignoreCase) {
        BitSet one = new BitSet();
        add(one, value & 0xff, ignoreCase);
        tokens.add(new Token(Op.BYTES, one));
    }

    private static void add(BitSet to, int value, boolean ignoreCase) {
        to.set(value);
        if (ignoreCase && value < 128) {
            to.set(Character.toLowerCase(value));
            to.set(Character.toUpperCase(value));
        }
    }

    /** A class without an end matches nothing, as in git. */
    private int group(byte[] p, int from, boolean ignoreCase) {
        BitSet in = new BitSet();
        int i = from + 1;
        boolean negated = i < p.length && (p[i] == '!' || p[i] == '^');
        if (negated) {
            i++;
        }
        int first = i;
        while (i < p.length && (p[i] != ']' || i == first)) {
            int named = named(p, i, in);
            if (named > i) {
                i = named;
                continue;
            }
            if (p[i] == '\\' && i + 1 < p.length) {
                i++;
            }
            int low = p[i] & 0xff;
            int high = low;
            if (i + 2 < p.length && p[i + 1] == '-' && p[i + 2] != ']') {
                i += 2;
                if (p[i] == '\\' && i + 1 < p.length) {
                    i++;
                }
                high = p[i] & 0xff;
            }
            for (int c = low; c <= high; c++) {
                add(in, c, ignoreCase);
            }
            i++;
        }
        if (i >= p.length) {
            tokens.add(new Token(Op.BYTES, new BitSet()));
            return p.length;
        }
        if (negated) {
            in.flip(0, 256);
        }
        in.clear('/');
        tokens.add(new Token(Op.BYTES, in));
        return i + 1;
    }

    private static int named(byte[] p, int at, BitSet in) {
        if (p[at] != '[' || at + 1 >= p.length || p[at + 1] != ':') {
            return at;
        }
        for (int end = at + 2; end + 1 < p.length; end++) {
            if (p[end] == ':' && p[end + 1] == ']') {
                String name = new String(p, at + 2, end - at - 2, StandardCharsets.US_ASCII);
                for (int c = 0; c < 128; c++) {
                    if (isNamed(name, c)) {
                        in.set(c);
                    }
                }
                return end + 2;
            }
        }
        return at;
    }

    private static boolean isNamed(String name, int c) {
        boolean lower = c >= 'a' && c <= 'z';
        boolean upper = c >= 'A' && c <= 'Z';
        boolean digit = c >= '0' && c <= '9';
        boolean graph = c > ' ' && c < 127;
        return switch (name) {
            case "alpha" -> lower || upper;
            case "digit" -> digit;
            case "alnum" -> lower || upper || digit;
            case "lower" -> lower;
            case "upper" -> upper;
            case "space" -> c == ' ' || (c >= 9 && c <= 13);
            case "blank" -> c == ' ' || c == '\t';
            case "cntrl" -> c < ' ' || c == 127;
            case "graph" -> graph;
            case "print" -> graph || c == ' ';
            case "punct" -> graph && !lower && !upper && !digit;
            case "xdigit" -> digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
            default -> false;
        };
    }

    /** Whether the whole of the bytes matches. */
    boolean matches(byte[] text) {
        int n = tokens.size();
        // State 2i: token i comes next; state 2i+1: inside a directory name of token i.
        BitSet now = new BitSet(2 * n + 2);
        enter(now, 0);
        for (byte b : text) {
            int c = b & 0xff;
            BitSet next = new BitSet(2 * n + 2);
            for (int s = now.nextSetBit(0); s >= 0 && s < 2 * n; s = now.nextSetBit(s + 1)) {
                Token token = tokens.get(s / 2);
                switch (token.op()) {
                    case BYTES -> {
                        if (token.bytes().get(c)) {
                            enter(next, s / 2 + 1);
                        }
                    }
                    case STAR -> {
                        if (c != '/') {
                            enter(next, s / 2);
                        }
                    }
                    case ANYTHING -> enter(next, s / 2);
                    case DIRECTORIES -> {
                        if (c != '/') {
                            next.set(s | 1);
                        } else if ((s & 1) == 1) {
                            enter(next, s / 2);
                        }
                    }
                }
            }
            if (next.isEmpty()) {
                return false;
            }
            now = next;
        }
        return now.get(2 * n);
    }

    private void enter(BitSet states, int token) {
        int t = token;
        states.set(2 * t);
        while (t < tokens.size() && tokens.get(t).op() != Op.BYTES) {
            t++;
            states.set(2 * t);
        }
    }
}
