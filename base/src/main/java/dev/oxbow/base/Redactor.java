package dev.oxbow.base;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Replaces secrets in text by placeholders such as {@code [REDACTED_GITHUB_TOKEN]}.
 *
 * <p>Knows the values given to it, in their usual encodings, and the shapes of well-known kinds of
 * secrets. Ids, git hashes and what is redacted already stay as they are, so that running it twice
 * changes nothing. Time is linear in the text; matched text never reaches a log or an exception.
 * Immutable and safe for concurrent use.
 *
 * <pre>{@code
 * Redactor redactor = Redactor.knowing(List.of(modelKey));
 * log.write(redactor.redact(line));
 * }</pre>
 */
public final class Redactor {
    private static final List<RedactionRule> RULES =
            Stream.of(VendorRules.all(), ServiceRules.all(), ShapeRules.all())
                    .flatMap(List::stream)
                    .toList();
    private static final Keywords KEYWORDS = Keywords.of(RULES);
    private static final Redactor STANDARD = new Redactor(List.of());

    /** A replacement may bring a name and a value together; more rounds than this never help. */
    private static final int ROUNDS = 4;

    private static final int SHORTEST_ENVIRONMENT_VALUE = 12;

    private final @Nullable KeywordAutomaton exact;

    /** The words of all rules in one automaton, each with the rules it belongs to. */
    private record Keywords(KeywordAutomaton automaton, int[][] rulesOfWord, int pemWord) {
        static Keywords of(List<RedactionRule> rules) {
            Map<String, List<Integer>> byWord = new TreeMap<>();
            for (int rule = 0; rule < rules.size(); rule++) {
                for (String word : rules.get(rule).keywords()) {
                    byWord.computeIfAbsent(word, _ -> new ArrayList<>()).add(rule);
                }
            }
            byWord.put(PemBlocks.KEYWORD, List.of());
            List<String> words = List.copyOf(byWord.keySet());
            int[][] rulesOfWord =
                    byWord.values().stream()
                            .map(list -> list.stream().mapToInt(Integer::intValue).toArray())
                            .toArray(int[][]::new);
            return new Keywords(
                    new KeywordAutomaton(words, true),
                    rulesOfWord,
                    words.indexOf(PemBlocks.KEYWORD));
        }
    }

    private Redactor(Collection<String> secrets) {
        List<String> spellings = ExactSecrets.spellings(secrets);
        exact = spellings.isEmpty() ? null : new KeywordAutomaton(spellings, false);
    }

    /** Knows shapes only. */
    public static Redactor standard() {
        return STANDARD;
    }

    /**
     * Knows the shapes and these values.
     *
     * @param secrets exact values; those under 6 characters are left out, they occur by chance
     */
    public static Redactor knowing(Collection<String> secrets) {
        return secrets.isEmpty() ? STANDARD : new Redactor(secrets);
    }

    /**
     * Those values of an environment that its names call secret and that look like one: at least 12
     * characters of mixed kinds, neither a path nor a plain word.
     */
    public static List<String> secretsOf(Map<String, String> environment) {
        List<String> values = new ArrayList<>();
        environment.forEach((name, value) -> {
            String folded = name.toUpperCase(Locale.ROOT);
            boolean telling =
                    Stream.of("TOKEN", "KEY", "SECRET", "PASSWORD").anyMatch(folded::contains);
            if (telling
                    && value.length() >= SHORTEST_ENVIRONMENT_VALUE
                    && SecretText.literal(value)
                    && SecretText.varied(value)) {
                values.add(value);
            }
        });
        return List.copyOf(values);
    }

    /** The text without its secrets; the same object if it holds none. */
    public String redact(String text) {
        return redact(text, new PemBlocks());
    }

    /**
     * A copy of a JSON tree in which every text, field names included, is redacted. A text is
     * judged together with the name of its field.
     */
    public JsonNode redact(JsonNode tree) {
        return new JsonRedaction(this).apply(tree);
    }

    /** A redactor for text that comes in pieces; for one stream and one thread at a time. */
    public RedactingStream stream() {
        return new RedactingStream(this);
    }

    String redact(String text, PemBlocks pem) {
        String result = text;
        for (int round = 0; round < ROUNDS; round++) {
            Found found = find(result, round == 0 && pem.open());
            if (found.pem()) {
                result = withoutPem(result, round == 0 ? pem : new PemBlocks());
                found = find(result, false);
            }
            if (found.spans().isEmpty()) {
                return result;
            }
            result = replace(result, found.spans());
        }
        return result;
    }

    /** A redactor for text that is shown while it grows; for one text and one thread at a time. */
    public GrowingText growing() {
        return new GrowingText(this);
    }

    /**
     * What one look at a text found.
     *
     * @param spans in order
     * @param pem whether a private key may be in it
     * @param settled up to where nothing changes, whatever may come behind the text; no span of a
     *     known kind reaches across it
     */
    record Found(List<Span> spans, boolean pem, int settled) {}

    Found find(String text, boolean insidePem) {
        TreeMap<Integer, Span> claimed = new TreeMap<>();
        int begun = exact == null ? 0 : claimExact(exact, text, claimed);
        Candidates candidates = new Candidates();
        boolean[] pem = {insidePem};
        begun =
                Math.max(
                        begun,
                        KEYWORDS.automaton()
                                .scan(
                                        text,
                                        (word, start, _) -> {
                                            pem[0] |= word == KEYWORDS.pemWord();
                                            for (int rule : KEYWORDS.rulesOfWord()[word]) {
                                                if (RULES.get(rule).hint().allows(text, start)) {
                                                    candidates.add(rule, start);
                                                }
                                            }
                                        }));
        int settled = text.length() - begun;
        Map<Integer, Matcher> matchers = new HashMap<>();
        for (long candidate : candidates.inOrder()) {
            int index = (int) (candidate >>> 32);
            RedactionRule rule = RULES.get(index);
            Matcher matcher =
                    matchers.computeIfAbsent(
                            index,
                            _ ->
                                    rule.pattern()
                                            .matcher(text)
                                            .useTransparentBounds(true)
                                            .useAnchoringBounds(false));
            matcher.region((int) candidate, text.length());
            boolean matches = matcher.lookingAt();
            if (mayGoOn(matcher)) {
                settled = Math.min(settled, (int) candidate);
            }
            if (matches) {
                int group = rule.secretGroup(matcher);
                Span span = new Span(matcher.start(group), matcher.end(group), rule.placeholder());
                if (free(claimed, span) && rule.accepts().test(matcher.group(group))) {
                    claimed.put(span.start(), span);
                }
            }
        }
        Map.Entry<Integer, Span> across = claimed.lowerEntry(settled);
        if (across != null && across.getValue().end() > settled) {
            settled = across.getKey();
        }
        return new Found(List.copyOf(claimed.values()), pem[0], settled);
    }

    @SuppressWarnings("JdkObsolete") // text that goes on is the very thing this method is made for
    private static boolean mayGoOn(Matcher matcher) {
        return matcher.hitEnd();
    }

    private static int claimExact(
            KeywordAutomaton automaton, String text, NavigableMap<Integer, Span> claimed) {
        return automaton.scan(
                text,
                (_, start, end) -> {
                    int from = start;
                    int to = end;
                    // Overlapping spellings of one value become one stretch.
                    Map.Entry<Integer, Span> last = claimed.lastEntry();
                    while (last != null && last.getValue().end() > from) {
                        from = Math.min(from, last.getKey());
                        to = Math.max(to, last.getValue().end());
                        claimed.remove(last.getKey());
                        last = claimed.lastEntry();
                    }
                    claimed.put(from, new Span(from, to, ExactSecrets.PLACEHOLDER));
                });
    }

    private static boolean free(NavigableMap<Integer, Span> claimed, Span span) {
        Map.Entry<Integer, Span> before = claimed.lowerEntry(span.end());
        return before == null || before.getValue().end() <= span.start();
    }

    private static String withoutPem(String text, PemBlocks pem) {
        StringBuilder out = new StringBuilder(text.length());
        int from = 0;
        while (from < text.length()) {
            int end = text.indexOf('\n', from);
            int next = end < 0 ? text.length() : end + 1;
            String line = text.substring(from, end < 0 ? next : end);
            boolean inside = pem.open();
            String clean = replace(line, pem.next(line));
            boolean dropped = clean.isBlank() && (inside || !line.isBlank());
            if (!dropped) {
                out.append(clean).append(text, from + line.length(), next);
            }
            from = next;
        }
        return out.toString();
    }

    static String replace(String text, List<Span> spans) {
        if (spans.isEmpty()) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        int from = 0;
        for (Span span : spans) {
            out.append(text, from, span.start()).append(span.placeholder());
            from = span.end();
        }
        return out.append(text, from, text.length()).toString();
    }

    /** Places where a rule may match, sorted by rule and then by place. */
    private static final class Candidates {
        private long[] packed = new long[16];
        private int size;

        void add(int rule, int start) {
            if (size == packed.length) {
                packed = Arrays.copyOf(packed, size * 2);
            }
            packed[size++] = (long) rule << 32 | start;
        }

        long[] inOrder() {
            long[] sorted = Arrays.copyOf(packed, size);
            Arrays.sort(sorted);
            return sorted;
        }
    }
}
