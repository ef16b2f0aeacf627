package dev.oxbow.testing;

import com.sun.net.httpserver.Headers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where the protocols carry keys, and how a request is recorded without them. */
final class Credentials {
    private static final List<String> HEADERS =
            List.of("authorization", "x-api-key", "x-goog-api-key", "api-key", "cookie");
    private static final Pattern KEY_IN_QUERY = Pattern.compile("(?<=[?&])key=([^&]*)&?");

    private Credentials() {}

    static Optional<String> digest(Headers headers, String path) {
        for (String name : HEADERS) {
            String value = headers.getFirst(name);
            if (value != null && !name.equals("cookie")) {
                return Optional.of(digest(value.replaceFirst("(?i)^bearer +", "")));
            }
        }
        Matcher inQuery = KEY_IN_QUERY.matcher(path);
        return inQuery.find() ? Optional.of(digest(inQuery.group(1))) : Optional.empty();
    }

    static Map<String, String> without(Headers headers) {
        Map<String, String> kept = new LinkedHashMap<>();
        headers.forEach((name, values) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!HEADERS.contains(lower)) {
                kept.put(lower, String.join(", ", values));
            }
        });
        return kept;
    }

    static String without(String path) {
        return KEY_IN_QUERY.matcher(path).replaceAll("").replaceFirst("[?&]$", "");
    }

    static String digest(String secret) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
