package dev.oxbow.base;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** Redacts every text of a JSON tree. The codec bounds the depth, so recursion is safe. */
final class JsonRedaction {
    private final Redactor redactor;
    private final JsonNodeFactory nodes = JsonNodeFactory.instance;

    JsonRedaction(Redactor redactor) {
        this.redactor = redactor;
    }

    JsonNode apply(JsonNode node) {
        return switch (node) {
            case ObjectNode object -> object(object);
            case ArrayNode array -> {
                ArrayNode copy = nodes.arrayNode(array.size());
                array.forEach(element -> copy.add(apply(element)));
                yield copy;
            }
            case StringNode text -> {
                String clean = redactor.redact(text.stringValue());
                yield clean.equals(text.stringValue()) ? text : nodes.stringNode(clean);
            }
            default -> node;
        };
    }

    private ObjectNode object(ObjectNode object) {
        ObjectNode copy = nodes.objectNode();
        object.properties()
                .forEach(field -> {
                    String name = field.getKey();
                    JsonNode value =
                            field.getValue() instanceof StringNode text
                                    ? nodes.stringNode(named(name, text.stringValue()))
                                    : apply(field.getValue());
                    copy.set(redactor.redact(name), value);
                });
        return copy;
    }

    /** A value may be a secret only by its name, so the two are looked at side by side. */
    private String named(String name, String value) {
        String before = "\"" + name + "\": \"";
        int end = before.length() + value.length();
        List<Span> inValue =
                redactor.find(before + value + "\"", false).spans().stream()
                        .filter(span -> span.start() >= before.length() && span.end() <= end)
                        .map(span ->
                                new Span(
                                        span.start() - before.length(),
                                        span.end() - before.length(),
                                        span.placeholder()))
                        .toList();
        return redactor.redact(Redactor.replace(value, inValue));
    }
}
