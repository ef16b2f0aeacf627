package dev.oxbow.agents;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The class a whole run falls into; decides its state and the exit code of {@code ox run}. */
public enum Outcome {
    /** The agent finished and its changes are back. */
    COMPLETED,
    /** The agent ended with an error, or without saying that it finished. */
    TURN_FAILED,
    /** The run, or the agent, was given something it cannot accept. */
    ARG_ERROR,
    /** No credential for the model, or one that was refused. */
    AUTH,
    /** The walls asked for cannot be had. */
    SANDBOX_BROKEN,
    /** The agent finished, but both sides changed the same files. */
    CONFLICT,
    /** The repository could not be fetched. */
    CLONE_FAILED,
    /** A deadline came. */
    TIMEOUT,
    /** Somebody stopped it. */
    CANCELLED,
    /** Oxbow itself failed, or was killed in the middle. */
    INTERNAL_ERROR;

    /** The word used in JSON. */
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The class of a run whose agent ended by this event; sync-out may still change it. */
    public static Outcome of(AgentEvent.Reason reason) {
        return switch (reason) {
            case ARGUMENTS -> ARG_ERROR;
            case AUTH -> AUTH;
            case SANDBOX -> SANDBOX_BROKEN;
            case TIMEOUT -> TIMEOUT;
            case CANCELLED -> CANCELLED;
            case INTERRUPTED -> INTERNAL_ERROR;
            case MODEL,
                    RATE_LIMITED,
                    SERVER_ERROR,
                    CONTEXT,
                    MAX_TOKENS,
                    REFUSED,
                    PERMISSION,
                    NETWORK,
                    CRASHED,
                    OUT_OF_MEMORY,
                    NO_TERMINAL_EVENT ->
                    TURN_FAILED;
        };
    }

    /** Exit code of {@code ox run} for a run that ended without success for this reason. */
    public static int exitCode(AgentEvent.Reason reason) {
        return switch (reason) {
            case NETWORK -> 69;
            case OUT_OF_MEMORY -> 137;
            default -> of(reason).exitCode();
        };
    }

    /** Exit code of {@code ox run} for this class where no reason says more. */
    public int exitCode() {
        return switch (this) {
            case COMPLETED -> 0;
            case TURN_FAILED -> 1;
            case ARG_ERROR -> 64;
            case AUTH -> 77;
            case SANDBOX_BROKEN, CLONE_FAILED -> 69;
            case CONFLICT -> 73;
            case TIMEOUT -> 124;
            case CANCELLED -> 130;
            case INTERNAL_ERROR -> 70;
        };
    }

    /**
     * State of the run: {@code completed}, {@code cancelled}, {@code timeout} or {@code failed}.
     */
    public String state() {
        return switch (this) {
            case COMPLETED, CANCELLED, TIMEOUT -> wire();
            case TURN_FAILED,
                    ARG_ERROR,
                    AUTH,
                    SANDBOX_BROKEN,
                    CONFLICT,
                    CLONE_FAILED,
                    INTERNAL_ERROR ->
                    "failed";
        };
    }
}
