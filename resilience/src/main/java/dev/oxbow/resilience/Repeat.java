package dev.oxbow.resilience;

import dev.oxbow.base.OxException;

/** What may be done about a call that failed in a way that may pass. */
enum Repeat {
    /** It only looks: again at will. */
    SAFE,
    /** It carries a key, or does the same however often it is done: again with the same key. */
    KEYED,
    /** It does something each time: again only if it is known not to have begun. */
    ONCE,
    /** Whoever makes it has a rule of their own. */
    NEVER;

    boolean allows(OxException failure) {
        return switch (this) {
            case SAFE, KEYED -> true;
            case NEVER -> false;
            case ONCE -> failure.admitted() == OxException.Admitted.NO;
        };
    }
}
