package dev.oxbow.testing;

import dev.oxbow.base.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * One request as the server received it. Credentials are never kept: of a key only its SHA-256 is.
 *
 * @param number from 1, in order of arrival
 * @param at when it arrived
 * @param protocol the protocol of its path; empty for anything else
 * @param method HTTP method
 * @param path path and query, a key in the query taken out
 * @param headers lower-case names; those that carry credentials left out
 * @param body as text
 * @param conversation what tells conversations apart: the agent's session header, else a digest of
 *     the first prompt; empty for a request that is no conversation
 * @param prompt the newest text of the user
 * @param toolResults texts of the tool results that answer the newest turn, oldest first
 * @param keyDigest SHA-256 of the credential sent, in lower-case hex; empty if there was none
 */
public record RecordedRequest(
        int number,
        Instant at,
        Optional<Protocol> protocol,
        String method,
        String path,
        Map<String, String> headers,
        String body,
        String conversation,
        String prompt,
        List<String> toolResults,
        Optional<String> keyDigest) {
    /** Copies the collections. */
    public RecordedRequest {
        headers = Map.copyOf(headers);
        toolResults = List.copyOf(toolResults);
    }

    /** Whether the request carried exactly this key. */
    public boolean hasKey(String expected) {
        return keyDigest
                .map(digest ->
                        MessageDigest.isEqual(
                                digest.getBytes(StandardCharsets.US_ASCII),
                                Credentials.digest(expected).getBytes(StandardCharsets.US_ASCII)))
                .orElse(false);
    }

    /**
     * The body as a tree.
     *
     * @throws Json.MalformedJson if it is no JSON
     */
    public JsonNode json() {
        return Json.tree(body);
    }
}
