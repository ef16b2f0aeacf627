package dev.oxbow.egress;

import java.net.IDN;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A host in its one spelling: two requests for the same host compare equal, and nothing that only
 * looks like a host name gets through.
 *
 * @param name lower case; an IPv6 address without brackets
 * @param literal whether it is an IP address
 */
record Host(String name, boolean literal) {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern OCTET = Pattern.compile("0|[1-9][0-9]{0,2}");

    /** A label that some resolver reads as a number makes the whole name an address. */
    private static final Pattern NUMBER = Pattern.compile("[0-9]+|0[xX][0-9a-fA-F]*");

    static Host parse(String text) throws Refusal {
        if (text.isEmpty()) {
            throw Refusal.ambiguous("the host is empty");
        }
        if (text.chars().anyMatch(c -> c > 126 || c <= 32)) {
            throw Refusal.ambiguous("the host has characters that are not printable ASCII");
        }
        if (text.startsWith("[") || text.indexOf(':') >= 0) {
            return v6(text);
        }
        if (text.endsWith(".")) {
            throw Refusal.ambiguous("the host ends with a dot");
        }
        String name = text.toLowerCase(Locale.ROOT);
        String[] labels = name.split("\\.", -1);
        if (NUMBER.matcher(labels[labels.length - 1]).matches()) {
            return v4(name, labels);
        }
        if (name.length() > 253) {
            throw Refusal.ambiguous("the host name is too long");
        }
        boolean punycode = false;
        for (String label : labels) {
            if (!LABEL.matcher(label).matches()) {
                throw Refusal.ambiguous("the host is not a host name");
            }
            punycode |= label.startsWith("xn--");
        }
        if (punycode && !roundTrips(name)) {
            throw Refusal.ambiguous("the host is punycode that does not stand for one name");
        }
        return new Host(name, false);
    }

    private static Host v4(String name, String[] labels) throws Refusal {
        boolean canonical = labels.length == 4;
        for (String label : labels) {
            canonical &= OCTET.matcher(label).matches() && Integer.parseInt(label) <= 255;
        }
        if (!canonical) {
            throw Refusal.ambiguous("the host is an IP address in an unusual spelling");
        }
        return new Host(name, true);
    }

    private static Host v6(String text) throws Refusal {
        String bare =
                text.startsWith("[") && text.endsWith("]")
                        ? text.substring(1, text.length() - 1)
                        : text;
        try {
            if (bare.indexOf('%') < 0
                    && bare.indexOf(':') >= 0
                    && InetAddress.ofLiteral(bare) instanceof Inet6Address address
                    && (address.isLoopbackAddress() || !address.isIPv4CompatibleAddress())) {
                return new Host(address.getHostAddress(), true);
            }
        } catch (IllegalArgumentException e) {
            throw Refusal.ambiguous("the host is not an IPv6 address");
        }
        throw Refusal.ambiguous("the host is an IPv6 address with a zone or an IPv4 one inside");
    }

    private static boolean roundTrips(String name) {
        try {
            String unicode = IDN.toUnicode(name, IDN.USE_STD3_ASCII_RULES);
            return !unicode.equals(name)
                    && IDN.toASCII(unicode, IDN.USE_STD3_ASCII_RULES).equals(name);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** As it stands in an authority. */
    String shown() {
        return name.indexOf(':') >= 0 ? "[" + name + "]" : name;
    }
}
