package dev.oxbow.egress;

import java.util.Locale;

/** Why a request did not come through, or not to its end. */
public enum EgressReason {
    /** No rule names this host and port. */
    NOT_ALLOWED,
    /** An IP address was asked for that no rule names exactly. */
    IP_LITERAL,
    /** The name leads to an address that is never reached by a name: private, metadata, … */
    FORBIDDEN_ADDRESS,
    /** The request can be understood in two ways, or uses what is never allowed. */
    AMBIGUOUS_REQUEST,
    /** The tunnel carries neither TLS nor, where that is allowed, HTTP. */
    NOT_TLS,
    /** The TLS handshake names another host than the tunnel, or hides it. */
    NAME_MISMATCH,
    /** The name does not resolve. */
    UNRESOLVABLE,
    /** Nobody answers at the address. */
    UNREACHABLE,
    /** The other side does not speak HTTP. */
    UPSTREAM_INVALID,
    /** Nothing happened for too long. */
    TIMEOUT,
    /** Too many connections at once. */
    TOO_MANY_CONNECTIONS,
    /** The policy was switched, or the proxy closed, while it was open. */
    POLICY_CHANGED;

    /** The word used in JSON. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
