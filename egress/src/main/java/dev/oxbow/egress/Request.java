package dev.oxbow.egress;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request that passed every check that its head alone allows.
 *
 * @param method one of those that may pass
 * @param authority where it wants to go
 * @param path path and query; {@code ""} for a tunnel
 * @param head as it came
 * @param framing of its body
 */
record Request(String method, Authority authority, String path, Head head, Framing framing) {
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final Set<String> CONNECTION_OPTIONS =
            Set.of("close", "keep-alive", "te", "proxy-connection");
    private static final Framing NO_BODY = new Framing.Fixed(0);
    private static final Pattern ABSOLUTE =
            Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]*)://([^/?]*)(.*)");
    private static final Pattern BAD_PERCENT =
            Pattern.compile("%(?![0-9a-fA-F]{2})|%25[0-9a-fA-F]{2}|%2[fF]|%5[cC]|%00");

    /** What a client sends to a proxy: CONNECT, or a whole http URL. */
    static Request toProxy(Head head) throws Refusal {
        String[] parts = startLine(head);
        if (parts[0].equals("CONNECT")) {
            Authority authority = Authority.parse(parts[1], 0);
            checkFields(head, authority, 443);
            if (!Framing.of(head, NO_BODY).equals(NO_BODY)) {
                throw Refusal.ambiguous("a CONNECT has no body");
            }
            return new Request("CONNECT", authority, "", head, NO_BODY);
        }
        Matcher url = ABSOLUTE.matcher(parts[1]);
        if (!url.matches()) {
            throw Refusal.ambiguous("this is a proxy; the target must be a whole URL");
        }
        if (!url.group(1).equalsIgnoreCase("http")) {
            throw Refusal.ambiguous("only http URLs are asked for this way; https needs CONNECT");
        }
        return checked(parts[0], Authority.parse(url.group(2), 80), url.group(3), head);
    }

    /** What a client sends inside a tunnel that leads to plain HTTP. */
    static Request inTunnel(Head head, Authority tunnel) throws Refusal {
        String[] parts = startLine(head);
        if (!parts[1].startsWith("/")) {
            throw Refusal.ambiguous("inside a tunnel the target must be a path");
        }
        return checked(parts[0], tunnel, parts[1], head);
    }

    private static Request checked(String method, Authority authority, String rest, Head head)
            throws Refusal {
        if (!METHODS.contains(method)) {
            throw Refusal.ambiguous("the method is not one that may pass");
        }
        String path = rest.isEmpty() || rest.startsWith("?") ? "/" + rest : rest;
        checkPath(path);
        checkFields(head, authority, 80);
        return new Request(method, authority, path, head, Framing.of(head, NO_BODY));
    }

    private static String[] startLine(Head head) throws Refusal {
        String[] parts = head.start().split(" ", -1);
        if (!Text.isToken(parts[0])) {
            throw Refusal.ambiguous("the method is not a word");
        }
        return parts;
    }

    private static void checkPath(String target) throws Refusal {
        if (target.indexOf('#') >= 0) {
            throw Refusal.ambiguous("the target has a fragment");
        }
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        if (path.indexOf('\\') >= 0) {
            throw Refusal.ambiguous("the path has a backslash");
        }
        if (BAD_PERCENT.matcher(path).find()) {
            throw Refusal.ambiguous("the path has an escape that hides a separator or an escape");
        }
        for (String segment : path.split("/", -1)) {
            String decoded = segment.replaceAll("%2[eE]", ".");
            if (decoded.equals(".") || decoded.equals("..")) {
                throw Refusal.ambiguous("the path has dot segments");
            }
        }
    }

    private static void checkFields(Head head, Authority authority, int defaultPort)
            throws Refusal {
        List<String> hosts = head.values("host");
        if (hosts.size() != 1) {
            throw Refusal.ambiguous("there must be exactly one Host");
        }
        if (!Authority.parse(hosts.getFirst(), defaultPort).equals(authority)) {
            throw Refusal.ambiguous("Host and target differ");
        }
        if (head.has("upgrade") || head.has("http2-settings")) {
            throw Refusal.ambiguous("the protocol cannot be changed inside a connection");
        }
        for (String value : head.values("expect")) {
            if (!value.equalsIgnoreCase("100-continue")) {
                throw Refusal.ambiguous("the Expect is not known");
            }
        }
        for (String value : head.values("connection")) {
            for (String option : value.split(",", -1)) {
                if (!CONNECTION_OPTIONS.contains(Text.lower(Text.trim(option)))) {
                    throw Refusal.ambiguous("Connection names a field that must not be dropped");
                }
            }
        }
        for (String value : head.values("trailer")) {
            for (String name : value.split(",", -1)) {
                if (Framing.NEVER_TRAILING.contains(Text.lower(Text.trim(name)))) {
                    throw Refusal.ambiguous("Trailer names a field that decides something");
                }
            }
        }
    }

    /** The head to send to the origin. */
    String toOrigin() {
        String host = authority.port() == 80 ? authority.host().shown() : authority.toString();
        return method
                + " "
                + path
                + " HTTP/1.1\r\nHost: "
                + host
                + "\r\n"
                + head.passedOn(Set.of("host"))
                + "Connection: close\r\n\r\n";
    }

    /** The first two segments of the path. */
    String pathPrefix() {
        Matcher matcher = Pattern.compile("(/[^/?]{0,64}){1,2}").matcher(path);
        return matcher.lookingAt() ? matcher.group() : "";
    }

    /** What the audit may know of a head that could not be read as a request. */
    static Optional<String> method(Head head) {
        String method = head.start().split(" ", -1)[0];
        return Text.isToken(method) && method.length() <= 16
                ? Optional.of(method)
                : Optional.empty();
    }
}
