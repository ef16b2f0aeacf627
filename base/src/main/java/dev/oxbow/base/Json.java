package dev.oxbow.base;

import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

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
                    .addModule(paths())
                    .build();

    private Json() {}

    /** Paths of the host are text, not {@code file:} addresses. */
    private static SimpleModule paths() {
        return new SimpleModule("paths")
                .addSerializer(
                        Path.class,
                        new StdSerializer<>(Path.class) {
                            @Override
                            public void serialize(
                                    Path value, JsonGenerator out, SerializationContext context) {
                                out.writeString(value.toString());
                            }
                        })
                .addDeserializer(
                        Path.class,
                        new StdDeserializer<>(Path.class) {
                            @Override
                            public Path deserialize(JsonParser in, DeserializationContext context) {
                                return Path.of(in.getString());
                            }
                        });
    }

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
