package dev.oxbow.egress;

import java.util.Optional;

/** Ends one request by an answer of ours; carries what the audit says of it. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    private final EgressReason reason;
    private final int status;
    private final String detail;
    private final Optional<String> ruleToAdd;

    Refusal(EgressReason reason, int status, String detail, Optional<String> ruleToAdd) {
        super(detail, null, false, false);
        this.reason = reason;
        this.status = status;
        this.detail = detail;
        this.ruleToAdd = ruleToAdd;
    }

    static Refusal ambiguous(String detail) {
        return new Refusal(EgressReason.AMBIGUOUS_REQUEST, 400, detail, Optional.empty());
    }

    static Refusal of(EgressReason reason, int status, String detail) {
        return new Refusal(reason, status, detail, Optional.empty());
    }

    EgressReason reason() {
        return reason;
    }

    int status() {
        return status;
    }

    String detail() {
        return detail;
    }

    Optional<String> ruleToAdd() {
        return ruleToAdd;
    }
}
