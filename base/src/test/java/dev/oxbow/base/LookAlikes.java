package dev.oxbow.base;

import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

/** Text of every day that only looks like a secret: ids, hashes, lock files, code, prose. */
final class LookAlikes {
    private static final List<String> WORDS =
            List.of(
                    "cache",
                    "parser",
                    "handler",
                    "stream",
                    "index",
                    "widget",
                    "session",
                    "secret",
                    "token",
                    "password",
                    "key",
                    "auth",
                    "bearer",
                    "user",
                    "policy",
                    "manager",
                    "build",
                    "release",
                    "module",
                    "config");

    /** Each makes one line from a source of chance. */
    private static final List<Function<Random, String>> KINDS =
            List.of(
                    r -> uuid(r),
                    r -> "\"id\": \"" + uuid(r) + "\",",
                    r -> "request " + uuid(r) + " took " + r.nextInt(900) + " ms",
                    r -> "commit " + hex(r, 40),
                    r -> "index " + hex(r, 7) + ".." + hex(r, 7) + " 100644",
                    r -> hex(r, 64) + "  dist/" + word(r) + ".tar.gz",
                    r -> "oid sha256:" + hex(r, 64),
                    r -> "FROM docker.io/library/" + word(r) + "@sha256:" + hex(r, 64),
                    r -> "image: sha256:" + hex(r, 64),
                    r -> "ETag: W/\"" + hex(r, 32) + "\"",
                    r -> "md5 = " + hex(r, 32),
                    r -> "\"integrity\": \"sha512-" + base64(r, 64) + "\",",
                    r -> "  resolution: {integrity: sha512-" + base64(r, 64) + "}",
                    r -> "  integrity sha1-" + base64(r, 20),
                    r ->
                            "golang.org/x/"
                                    + word(r)
                                    + " v0."
                                    + r.nextInt(40)
                                    + ".0 h1:"
                                    + base64(r, 32),
                    r -> "checksum = \"" + hex(r, 64) + "\"",
                    r ->
                            "    {file = \""
                                    + word(r)
                                    + "-1.2.tar.gz\", hash = \"sha256:"
                                    + hex(r, 64)
                                    + "\"},",
                    r -> "<script integrity=\"sha384-" + base64(r, 48) + "\"></script>",
                    r -> "data:image/png;base64,iVBORw0KGgo" + base64(r, 90),
                    r -> "//# sourceMappingURL=data:application/json;base64," + base64(r, 60),
                    r -> "ssh-ed25519 " + base64(r, 51) + " " + word(r) + "@example.org",
                    r -> "SHA256:" + base64(r, 32).replace("=", ""),
                    r -> "oxsid_" + ulid(r) + " repo_" + uuid(r) + " rec_" + ulid(r),
                    r -> "run_" + ulid(r) + " sbx_" + ulid(r) + " team_" + ulid(r),
                    r -> "trace_id=" + hex(r, 32) + " span_id=" + hex(r, 16),
                    r -> "traceparent: 00-" + hex(r, 32) + "-" + hex(r, 16) + "-01",
                    r -> "String " + word(r) + "Token = " + word(r) + "." + word(r) + "Token();",
                    r -> "const password = process.env." + word(r).toUpperCase(Locale.ROOT) + ";",
                    r -> "password = \"${" + word(r).toUpperCase(Locale.ROOT) + "_PASSWORD}\"",
                    r -> "API_KEY=${{ secrets." + word(r).toUpperCase(Locale.ROOT) + "_API_KEY }}",
                    r -> "token: <your-" + word(r) + "-token>",
                    r -> "export TOKEN=$(cat /run/secrets/" + word(r) + ")",
                    r -> "def check_" + word(r) + "_token(token: str, secret: bytes) -> bool:",
                    r ->
                            "The "
                                    + word(r)
                                    + " token of the "
                                    + word(r)
                                    + " is kept in the "
                                    + word(r)
                                    + ".",
                    r ->
                            "Forgot your password? See the "
                                    + word(r)
                                    + " page, section "
                                    + r.nextInt(99),
                    r -> "max_tokens: " + r.nextInt(200_000) + ", temperature: 0." + r.nextInt(9),
                    r ->
                            "\"prompt_tokens\": "
                                    + r.nextInt(90_000)
                                    + ", \"total_tokens\": "
                                    + r.nextInt(99_999),
                    r -> "sk-" + word(r) + "-" + word(r) + "-" + word(r) + ".css",
                    r ->
                            "at dev.example."
                                    + word(r)
                                    + "."
                                    + word(r)
                                    + "Key("
                                    + word(r)
                                    + ".java:"
                                    + r.nextInt(900)
                                    + ")",
                    r ->
                            "+    private final "
                                    + word(r)
                                    + "Secret"
                                    + word(r)
                                    + " secret"
                                    + word(r)
                                    + ";",
                    r ->
                            "2026-0"
                                    + (1 + r.nextInt(9))
                                    + "-11T10:15:30."
                                    + r.nextInt(999)
                                    + "Z INFO "
                                    + word(r),
                    r ->
                            "00:1a:2b:"
                                    + hex(r, 2)
                                    + ":"
                                    + hex(r, 2)
                                    + ":5f 10.0."
                                    + r.nextInt(255)
                                    + ".7",
                    r -> "color: #" + hex(r, 6) + "; background: #" + hex(r, 8) + ";",
                    r -> "main." + hex(r, 20) + ".chunk.js " + r.nextInt(900) + " kB",
                    r ->
                            "https://example.org/"
                                    + word(r)
                                    + "/"
                                    + hex(r, 40)
                                    + "/raw/"
                                    + word(r)
                                    + ".json",
                    r -> "git@github.com:" + word(r) + "/" + word(r) + ".git",
                    r -> "https://x-access-token:****@github.com/" + word(r) + "/" + word(r),
                    r -> "[REDACTED_" + word(r).toUpperCase(Locale.ROOT) + "] and more",
                    r -> "CACHE_KEY=" + word(r) + "-" + word(r) + "-linux",
                    r ->
                            "KEY_FILE=/etc/ssl/"
                                    + word(r)
                                    + ".pem SECRET_NAME="
                                    + word(r)
                                    + "-"
                                    + word(r),
                    r -> "drwxr-xr-x 2 root root 4096 Nov 21 " + hex(r, 2) + " token_" + word(r));

    private LookAlikes() {}

    static Stream<String> lines(Random random, int each) {
        return KINDS.stream()
                .flatMap(kind -> Stream.generate(() -> kind.apply(random)).limit(each));
    }

    private static String word(Random r) {
        return WORDS.get(r.nextInt(WORDS.size()));
    }

    private static String uuid(Random r) {
        return new UUID(r.nextLong(), r.nextLong()).toString();
    }

    private static String hex(Random r, int length) {
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            text.append(Integer.toHexString(r.nextInt(16)));
        }
        return text.toString();
    }

    private static String ulid(Random r) {
        StringBuilder text = new StringBuilder("01j");
        while (text.length() < 26) {
            text.append("0123456789abcdefghjkmnpqrstvwxyz".charAt(r.nextInt(32)));
        }
        return text.toString();
    }

    private static String base64(Random r, int bytes) {
        byte[] content = new byte[bytes];
        r.nextBytes(content);
        return Base64.getEncoder().encodeToString(content);
    }
}
