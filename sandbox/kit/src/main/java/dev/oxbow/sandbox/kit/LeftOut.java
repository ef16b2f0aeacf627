package dev.oxbow.sandbox.kit;

import org.opentest4j.TestAbortedException;

/** Why a test of the kit does not apply to a provider, in a form that a report can count. */
public final class LeftOut extends TestAbortedException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    private LeftOut(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** What the test would prove is something that the provider says it cannot do. */
    public static LeftOut declaredLack(String message) {
        return new LeftOut(Reason.DECLARED_LACK, message);
    }

    /** The test would prove a refusal, and there is nothing to refuse. */
    public static LeftOut nothingToRefuse(String message) {
        return new LeftOut(Reason.NOTHING_TO_REFUSE, message);
    }

    /** Which of the two. */
    public Reason reason() {
        return reason;
    }

    /** Why a test does not apply. */
    public enum Reason {
        /** The provider declares that it lacks what is tested. */
        DECLARED_LACK,
        /** The provider offers what the test would expect it to refuse. */
        NOTHING_TO_REFUSE
    }
}
