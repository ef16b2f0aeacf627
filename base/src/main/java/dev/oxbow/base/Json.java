package dev.oxbow.base;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The one JSON codec: records in, records out, UTF-8, ISO instants, absent optionals left out.
 *
 * <p>Reading is strict about syntax and lenient about content: unknown fields are ignored here and
 * refused at the edges that must refuse them. Nesting is limited to 200 levels and a single text to
 * 64 MiB. All methods are safe for concurrent use.
 */
public final class Json {
    private static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(200)
                                                    .maxStringLength(64 << 20)
                                                    .build())
                                    .build())
                    .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private Json() {}

    /** The configured mapper, immutable; for callers that need trees or streams. */
    public static JsonMapper mapper() {
        return MAPPER;
    }

    /** One line of JSON, without a line end. */
    public static String write(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /** JSON for people: indented, with a final line end. */
    public static String writePretty(Object value) {
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n";
    }

    /**
     * Reads one document.
     *
     * @throws MalformedJson if it is not JSON or does not fit the type
     */
    public static <T> T read(String json, Class<T> type) {
        try {
            return MAPPER.readValue(json, type);
        } catch (JacksonException e) {
            throw new MalformedJson(e);
        }
    }

    /**
     * Reads one document as a tree.
     *
     * @throws MalformedJson if it is not JSON
     */
    public static JsonNode tree(String json) {
        try {
            JsonNode node = MAPPER.readTree(json);
            if (node.isMissingNode()) {
                throw new MalformedJson("there is no JSON at all");
            }
            return node;
        } catch (JacksonException e) {
            throw new MalformedJson(e);
        }
    }

    /** A text that is not the JSON it should be. The message quotes no content, only the place. */
    public static final class MalformedJson extends RuntimeException {
        private MalformedJson(JacksonException cause) {
            super(cause.getOriginalMessage(), cause);
        }

        private MalformedJson(String message) {
            super(message);
        }
    }
}
