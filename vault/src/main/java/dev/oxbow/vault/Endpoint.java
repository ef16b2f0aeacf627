package dev.oxbow.vault;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A server that tokens belong to. Two spellings of one server are equal: the host is in lower case
 * and without the names that one server goes by, and no slash ends it.
 *
 * @param url as the user gave it, for requests; without a slash at its end
 * @param identity scheme, host, port and path, by which logins are kept
 */
public record Endpoint(URI url, String identity) {
    private static final List<String> PREFIXES = List.of("api.", "www.", "app.", "git.");
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]", "::1");

    /** The one that is used if nobody says anything else. */
    public static final Endpoint DEFAULT = of("https://api.sageox.ai", false);

    /**
     * An endpoint.
     *
     * @param plaintext whether {@code http} is allowed also to other machines
     * @throws OxException {@code INVALID_ARGUMENT} if it is no address of a server, or an unsafe
     *     one
     */
    public static Endpoint of(String given, boolean plaintext) {
        URI url = parse(given.strip().replaceAll("/+$", ""));
        String scheme = url.getScheme().toLowerCase(Locale.ROOT);
        String host = url.getHost().toLowerCase(Locale.ROOT);
        if (scheme.equals("http") && !plaintext && !LOOPBACK.contains(host)) {
            throw refused(given, "http sends the token in clear")
                    .suggest(
                            "Use https, or set OX_ALLOW_PLAINTEXT_ENDPOINT=1 if nobody listens in"
                                    + " between.");
        }
        String port = url.getPort() < 0 ? "" : ":" + url.getPort();
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        return new Endpoint(url, scheme + "://" + shortened(host) + port + path);
    }

    private static URI parse(String given) {
        URI url;
        try {
            url = new URI(given);
        } catch (URISyntaxException e) {
            throw refused(given, "it is not a URL").causedBy(e);
        }
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        if (!Set.of("http", "https").contains(scheme) || url.getHost() == null) {
            throw refused(given, "it is not an http or https URL");
        }
        if (url.getRawUserInfo() != null
                || url.getRawQuery() != null
                || url.getRawFragment() != null) {
            throw OxException.of(
                    ErrorCode.INVALID_ARGUMENT,
                    "the endpoint at %s has more than a host, a port and a path",
                    url.getHost());
        }
        return url;
    }

    private static OxException refused(String given, String why) {
        return OxException.of(
                ErrorCode.INVALID_ARGUMENT, "endpoint '%s' cannot be used: %s", given, why);
    }

    private static String shortened(String host) {
        String known = LOOPBACK.contains(host) ? "localhost" : host;
        for (String prefix : PREFIXES) {
            if (known.startsWith(prefix)) {
                return known.substring(prefix.length());
            }
        }
        return known;
    }

    /** The host, by which folders are named. */
    public String slug() {
        String rest = identity.substring(identity.indexOf("://") + 3);
        return rest.replaceAll("[:/].*$", "");
    }

    /** Whether a token of the other one counts here. */
    public boolean isSame(Endpoint other) {
        return identity.equals(other.identity);
    }

    @Override
    public String toString() {
        return url.toString();
    }
}
