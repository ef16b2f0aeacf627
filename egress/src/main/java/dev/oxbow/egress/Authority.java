package dev.oxbow.egress;

import java.util.regex.Pattern;

/** Host and port of a request. */
record Authority(Host host, int port) {
    private static final Pattern PORT = Pattern.compile("[1-9][0-9]{0,4}");

    /**
     * Reads {@code host[:port]}.
     *
     * @param otherwise the port if none is written; 0 if one must be
     */
    static Authority parse(String text, int otherwise) throws Refusal {
        if (text.indexOf('@') >= 0) {
            throw Refusal.ambiguous("the authority has a user part");
        }
        int bracket = text.lastIndexOf(']');
        int colon = text.indexOf(':', Math.max(bracket, 0));
        if (bracket < 0 && colon != text.lastIndexOf(':')) {
            throw Refusal.ambiguous("the authority has more than one colon");
        }
        String host = colon < 0 ? text : text.substring(0, colon);
        int port = otherwise;
        if (colon >= 0) {
            String digits = text.substring(colon + 1);
            if (!PORT.matcher(digits).matches() || Integer.parseInt(digits) > 65535) {
                throw Refusal.ambiguous("the port is not a number from 1 to 65535");
            }
            port = Integer.parseInt(digits);
        }
        if (port == 0) {
            throw Refusal.ambiguous("the authority has no port");
        }
        if (bracket >= 0 && !(host.startsWith("[") && host.endsWith("]"))) {
            throw Refusal.ambiguous("the authority has misplaced brackets");
        }
        return new Authority(Host.parse(host), port);
    }

    @Override
    public String toString() {
        return host.shown() + ":" + port;
    }
}
