package dev.oxbow.sandbox;

/** A signal that can be sent to a process in a sandbox. */
public enum Signal {
    /** Hang up. */
    HUP(1),
    /** Interrupt, as by Ctrl-C. */
    INT(2),
    /** Ask to end. */
    TERM(15),
    /** End at once. */
    KILL(9),
    /** First user-defined. */
    USR1(10),
    /** Second user-defined. */
    USR2(12);

    private final int number;

    Signal(int number) {
        this.number = number;
    }

    /** Its number on Linux. */
    public int number() {
        return number;
    }
}
