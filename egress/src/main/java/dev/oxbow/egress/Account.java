package dev.oxbow.egress;

import java.time.Instant;
import java.util.Optional;

/** What is known so far of one request; becomes its decision. Used by one thread. */
final class Account {
    private final Instant at = Instant.now();
    private boolean seen;
    private boolean allowed;
    private Optional<String> rule = Optional.empty();
    private String host = "";
    private int port;
    private String method = "";
    private String pathPrefix = "";
    private int status;
    private Optional<EgressReason> reason = Optional.empty();
    private Optional<String> detail = Optional.empty();
    private Optional<String> ruleToAdd = Optional.empty();

    /** A head arrived, whatever it says. */
    void saw(String methodSeen) {
        seen = true;
        method = methodSeen;
    }

    /** Something arrived, though no whole head. */
    void begun() {
        seen = true;
    }

    void asks(Request request) {
        seen = true;
        method = request.method();
        host = request.authority().host().name();
        port = request.authority().port();
        pathPrefix = request.pathPrefix();
    }

    void allowedBy(EgressRule value) {
        allowed = true;
        rule = Optional.of(value.toString());
    }

    void answered(int value) {
        status = value;
    }

    void refused(Refusal refusal) {
        seen = true;
        // What fails behind an open gate is no denial.
        allowed &=
                switch (refusal.reason()) {
                    case UNRESOLVABLE, UNREACHABLE, UPSTREAM_INVALID, TIMEOUT -> true;
                    default -> false;
                };
        status = refusal.status();
        because(refusal.reason(), refusal.detail());
        ruleToAdd = refusal.ruleToAdd();
    }

    void because(EgressReason value, String sentence) {
        if (reason.isEmpty()) {
            reason = Optional.of(value);
            detail = Optional.of(sentence);
        }
    }

    /** The decision; empty if nothing was asked. */
    Optional<EgressDecision> close(long bytesUp, long bytesDown) {
        if (!seen) {
            return Optional.empty();
        }
        return Optional.of(
                new EgressDecision(
                        at,
                        allowed,
                        rule,
                        host,
                        port,
                        method,
                        pathPrefix,
                        bytesUp,
                        bytesDown,
                        status,
                        reason,
                        detail,
                        ruleToAdd));
    }
}
