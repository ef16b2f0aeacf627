package dev.oxbow.egress;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One host and port that may be reached.
 *
 * @param host a lower-case host name, {@code *.suffix} for every name below it, or an IP address
 * @param port exactly this port
 * @param local whether the name may lead to this machine or its private network; an IP address in a
 *     rule always may, because it names its destination exactly
 */
public record EgressRule(String host, int port, boolean local) {
    /** What a rule without a port means: HTTPS. */
    public static final int HTTPS = 443;

    private static final Pattern SUFFIX = Pattern.compile("\\*\\.([a-z0-9-]+\\.)+[a-z0-9-]+");

    /** Brings the host into its one spelling; refuses what is no host or port. */
    public EgressRule {
        if (port < 1 || port > 65535) {
            throw invalid(host + ":" + port, "a port is 1 to 65535");
        }
        String lower = host.toLowerCase(Locale.ROOT);
        if (lower.startsWith("*")) {
            if (!SUFFIX.matcher(lower).matches()) {
                throw invalid(host, "a wildcard is written *.example.com");
            }
            host = "*." + name(host, lower.substring(2));
        } else {
            host = name(host, lower);
        }
    }

    private static String name(String shown, String host) {
        try {
            return Host.parse(host).name();
        } catch (Refusal e) {
            throw invalid(shown, e.detail()).causedBy(e);
        }
    }

    /** The rule of a public host. */
    public static EgressRule of(String host, int port) {
        return new EgressRule(host, port, false);
    }

    /**
     * Reads {@code host}, {@code host:port} or {@code [ipv6]:port}. Naming {@code localhost} allows
     * this machine; every other name must lead to a public address.
     *
     * @throws OxException {@code INVALID_ARGUMENT} for anything else
     */
    public static EgressRule parse(String text) {
        int colon = text.lastIndexOf(':');
        boolean hasPort = colon > 0 && !text.endsWith("]");
        String host = hasPort ? text.substring(0, colon) : text;
        int port = HTTPS;
        if (hasPort) {
            String digits = text.substring(colon + 1);
            if (!digits.matches("[1-9][0-9]{0,4}")) {
                throw invalid(text, "a port is 1 to 65535");
            }
            port = Integer.parseInt(digits);
        }
        return new EgressRule(host, port, host.equalsIgnoreCase("localhost"));
    }

    /**
     * The rule of a run's own model endpoint. A URL that can only mean this machine or its private
     * network (plain http, {@code localhost}, a name without a dot or below {@code .local}, {@code
     * .lan}, {@code .internal} or {@code .home.arpa}) may lead there; any other name may not, so
     * that a name of the internet never becomes a way into the private network.
     *
     * @throws OxException {@code INVALID_ARGUMENT} if it is not an http or https URL with a host
     */
    public static EgressRule forModel(URI url) {
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        boolean plain = scheme.equals("http");
        if (url.getHost() == null || !(plain || scheme.equals("https"))) {
            throw invalid(String.valueOf(url.getHost()), "a model URL is http(s)://host[:port]/…");
        }
        String host = url.getHost().toLowerCase(Locale.ROOT);
        int port = url.getPort() > 0 ? url.getPort() : plain ? 80 : HTTPS;
        boolean privateName =
                host.indexOf('.') < 0 || host.matches(".*\\.(local|lan|internal|home\\.arpa)");
        return new EgressRule(host, port, plain || privateName);
    }

    /** Whether a request for this host and port falls under the rule. */
    boolean covers(Host asked, int askedPort) {
        if (askedPort != port) {
            return false;
        }
        return host.startsWith("*.")
                ? !asked.literal() && asked.name().endsWith(host.substring(1))
                : asked.name().equals(host);
    }

    /** As it is written for {@code --network}. */
    @Override
    public String toString() {
        String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == HTTPS ? shown : shown + ":" + port;
    }

    private static OxException invalid(String shown, String why) {
        return OxException.of(ErrorCode.INVALID_ARGUMENT, "'%s' cannot be allowed: %s", shown, why)
                .suggest("Write --network host[:port],… such as --network registry.npmjs.org.");
    }
}
