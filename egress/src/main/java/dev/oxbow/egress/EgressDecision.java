package dev.oxbow.egress;

import java.time.Instant;
import java.util.Optional;

/**
 * What became of one request; made when it has ended. Holds no query, no header and no body.
 *
 * @param at when the request arrived
 * @param allowed whether it was passed on
 * @param rule the rule it fell under, as {@link EgressRule#toString()} writes it
 * @param host the host asked for, {@code ""} if that could not be read
 * @param port the port asked for, 0 if that could not be read
 * @param method HTTP method, {@code CONNECT} for a tunnel, {@code ""} if it could not be read
 * @param pathPrefix the first two segments of the path, {@code ""} for a tunnel
 * @param bytesUp bytes that went out, heads included
 * @param bytesDown bytes that came back, heads included
 * @param status the HTTP status that the sandbox saw, 0 if none
 * @param reason why it was denied, or ended early
 * @param detail one sentence for a person, present with {@code reason}
 * @param ruleToAdd what {@code --network} would need to allow it, if it may be allowed at all
 */
public record EgressDecision(
        Instant at,
        boolean allowed,
        Optional<String> rule,
        String host,
        int port,
        String method,
        String pathPrefix,
        long bytesUp,
        long bytesDown,
        int status,
        Optional<EgressReason> reason,
        Optional<String> detail,
        Optional<String> ruleToAdd) {

    /** The type of its event: {@code egress.allowed} or {@code egress.denied}. */
    public String type() {
        return allowed ? "egress.allowed" : "egress.denied";
    }
}
