package dev.oxbow.base;

import java.util.Arrays;
import java.util.Optional;

/**
 * The one table of failures: a stable code, the category it belongs to, its HTTP status, the exit
 * code of {@code ox} (sysexits), whether the same call may help later, and what to do about it.
 *
 * <p>Codes are contracts: they are added, never renamed. {@code docs/errors.md} is printed from
 * this table.
 */
public enum ErrorCode {
    INVALID_ARGUMENT(
            ErrorCategory.VALIDATION,
            400,
            64,
            false,
            "A value given by the caller is not acceptable.",
            "Correct the value named in the message."),
    CWD_NOT_WORKTREE(
            ErrorCategory.VALIDATION,
            400,
            66,
            false,
            "The directory is not inside a git work tree.",
            "Run it inside a git repository, or make one with 'git init'."),
    INVALID_SANDBOX_CONFIG(
            ErrorCategory.VALIDATION,
            400,
            64,
            false,
            "The sandbox asked for cannot exist as described.",
            "Correct the setting named in the message."),
    CAPABILITY_UNSUPPORTED(
            ErrorCategory.VALIDATION,
            501,
            64,
            false,
            "The provider does not offer this operation.",
            "Choose another provider or leave the option out."),
    IDENTITY_MISMATCH(
            ErrorCategory.VALIDATION,
            409,
            64,
            false,
            "The object belongs to another worktree.",
            "Run the command from the worktree that owns it."),
    IDENTITY_AMBIGUOUS(
            ErrorCategory.VALIDATION,
            409,
            64,
            false,
            "More than one sandbox claims this worktree.",
            "Remove all but one with 'ox rm'."),
    WORKTREE_BUSY(
            ErrorCategory.VALIDATION,
            409,
            75,
            true,
            "Another run holds this worktree.",
            "Wait for it, or cancel it with 'ox cancel'."),
    IDEMPOTENCY_KEY_REUSED(
            ErrorCategory.VALIDATION,
            409,
            64,
            false,
            "The same key or name was used before with other content.",
            "Use a new key or name."),
    ETAG_MISMATCH(
            ErrorCategory.VALIDATION,
            412,
            64,
            false,
            "The object changed since it was read.",
            "Read it again and repeat the change."),
    RUN_NOT_FOUND(
            ErrorCategory.VALIDATION,
            404,
            66,
            false,
            "No run has this id.",
            "List runs with 'ox ps --all'."),
    THREAD_NOT_FOUND(
            ErrorCategory.VALIDATION,
            404,
            66,
            false,
            "No thread has this id.",
            "List runs with 'ox ps --all'."),
    RUN_IN_PROGRESS(
            ErrorCategory.VALIDATION,
            409,
            75,
            true,
            "The run has not ended yet.",
            "Wait for it, or cancel it with 'ox cancel'."),
    PROVIDER_NOT_CONFIGURED(
            ErrorCategory.PROVIDER,
            503,
            69,
            false,
            "The provider is not set up.",
            "See 'ox doctor'."),
    PROVIDER_AUTH_FAILED(
            ErrorCategory.PROVIDER,
            502,
            77,
            false,
            "The provider refused our credential.",
            "Check the provider's key."),
    PROVIDER_TIMEOUT(
            ErrorCategory.PROVIDER,
            504,
            69,
            true,
            "The provider did not answer in time.",
            "Try again."),
    PROVIDER_UNAVAILABLE(
            ErrorCategory.PROVIDER,
            503,
            69,
            true,
            "The provider cannot be reached or is down.",
            "Try again later."),
    PROVIDER_RATE_LIMITED(
            ErrorCategory.PROVIDER,
            429,
            75,
            true,
            "The provider asks us to slow down.",
            "Try again after the time given."),
    QUOTA_EXCEEDED(
            ErrorCategory.PROVIDER,
            429,
            75,
            true,
            "No more sandboxes are allowed for now.",
            "Remove idle sandboxes with 'ox rm'."),
    CONTAINER_UNAVAILABLE(
            ErrorCategory.PROVIDER,
            503,
            69,
            true,
            "The sandbox is not ready to take commands.",
            "Try again after the time given."),
    OPERATION_INTERRUPTED(
            ErrorCategory.PROVIDER,
            409,
            69,
            false,
            "The operation had begun when the sandbox changed under it.",
            "Read the state before repeating anything."),
    SANDBOX_NOT_FOUND(
            ErrorCategory.PROVIDER,
            404,
            69,
            false,
            "No sandbox has this id.",
            "List sandboxes with 'ox ps --all'."),
    SANDBOX_CORRUPTED(
            ErrorCategory.PROVIDER,
            502,
            69,
            false,
            "The sandbox exists but cannot be used.",
            "Start a new run; what could be read was saved."),
    SANDBOX_CRASHED(
            ErrorCategory.PROVIDER,
            502,
            69,
            false,
            "The sandbox ended while it was in use.",
            "Start a new run; what could be read was saved."),
    SANDBOX_DEGRADED(
            ErrorCategory.PROVIDER,
            503,
            69,
            false,
            "Contact with the sandbox is lost; its state is unknown.",
            "Wait, or look at it with 'ox show'."),
    PROCESS_NOT_FOUND(
            ErrorCategory.PROVIDER,
            404,
            69,
            false,
            "No process has this id in the sandbox.",
            "List the processes of the run with 'ox show'."),
    SNAPSHOT_NOT_FOUND(
            ErrorCategory.PROVIDER,
            404,
            69,
            false,
            "The named snapshot does not exist.",
            "Name an existing snapshot."),
    DESTROY_FAILED(
            ErrorCategory.PROVIDER,
            502,
            69,
            true,
            "The sandbox could not be removed completely.",
            "It will be tried again; 'ox rm' repeats it now."),
    WORK_NOT_EXTRACTED(
            ErrorCategory.PROVIDER,
            409,
            69,
            false,
            "The sandbox holds work that exists nowhere else.",
            "Bring it back with 'ox apply', or repeat with --force."),
    ISOLATION_UNAVAILABLE(
            ErrorCategory.PROVIDER,
            503,
            69,
            false,
            "A wall of the wanted tier cannot be built on this machine.",
            "See 'ox doctor' for the missing part."),
    POLICY_NOT_ENFORCED(
            ErrorCategory.PROVIDER,
            503,
            69,
            false,
            "A policy could not be proven to hold.",
            "See 'ox doctor'."),
    STORE_UNREADABLE(
            ErrorCategory.PROVIDER,
            503,
            69,
            false,
            "Our own records cannot be read.",
            "Repair the store named in the message; nothing was changed."),
    BUDGET_EXCEEDED(
            ErrorCategory.PROVIDER, 402, 69, false, "A budget is used up.", "Raise the budget."),
    NO_SPACE(
            ErrorCategory.PROVIDER,
            507,
            74,
            false,
            "A disk or quota is full.",
            "Free space at the place named in the message."),
    PEER_TIMEOUT(
            ErrorCategory.PROVIDER,
            504,
            69,
            false,
            "Another sandbox did not finish in time.",
            "Go on with the results at hand."),
    AGENT_NOT_INSTALLED(
            ErrorCategory.PROVIDER,
            424,
            69,
            false,
            "The agent is missing or has another version than wanted.",
            "Install it with 'ox agents install'."),
    AGENT_AUTH_MISSING(
            ErrorCategory.PROVIDER,
            424,
            77,
            false,
            "No credential for the agent's model.",
            "Set the agent's usual variable, or name one with --model-key-env."),
    AGENT_AUTH_EXPIRED(
            ErrorCategory.PROVIDER,
            424,
            77,
            false,
            "The agent's login has expired.",
            "Log in again."),
    FILE_NOT_FOUND(
            ErrorCategory.PROVIDER,
            404,
            69,
            false,
            "No such file in the sandbox.",
            "Check the path."),
    FILE_EXISTS(
            ErrorCategory.PROVIDER,
            409,
            69,
            false,
            "The file exists already.",
            "Choose another name."),
    IS_DIRECTORY(
            ErrorCategory.PROVIDER, 409, 69, false, "The path is a directory.", "Name a file."),
    NOT_DIRECTORY(
            ErrorCategory.PROVIDER,
            409,
            69,
            false,
            "A part of the path is not a directory.",
            "Check the path."),
    PERMISSION_DENIED(
            ErrorCategory.PROVIDER,
            403,
            69,
            false,
            "The file's mode forbids it.",
            "Change the mode or the owner."),
    FILE_TOO_LARGE(
            ErrorCategory.PROVIDER,
            413,
            69,
            false,
            "The file is above the limit.",
            "Raise the limit or leave the file out."),
    EGRESS_DENIED(
            ErrorCategory.PROVIDER,
            403,
            69,
            false,
            "The egress policy does not allow this destination.",
            "Add it with --network host:port."),
    SOURCE_AUTH_FAILED(
            ErrorCategory.SOURCE,
            401,
            77,
            false,
            "The repository host refused the credential.",
            "Check the credential."),
    REPOSITORY_NOT_FOUND(
            ErrorCategory.SOURCE,
            404,
            69,
            false,
            "The repository is missing or not visible.",
            "Check the address."),
    BRANCH_NOT_FOUND(
            ErrorCategory.SOURCE,
            404,
            69,
            false,
            "The branch is not in the repository.",
            "Check the name."),
    SOURCE_TIMEOUT(
            ErrorCategory.SOURCE, 504, 69, true, "The repository host was too slow.", "Try again."),
    TRANSFER_INTERRUPTED(ErrorCategory.SOURCE, 502, 69, true, "A transfer was cut.", "Try again."),
    SOURCE_UNREADABLE(
            ErrorCategory.SOURCE,
            500,
            69,
            false,
            "The worktree or its git data cannot be read.",
            "Repair what the message names; nothing was changed."),
    SYNC_CONFLICT(
            ErrorCategory.SYNC,
            409,
            73,
            false,
            "Both sides changed the same files; nothing was applied.",
            "Look with 'ox diff', then 'ox apply --on-conflict'."),
    SYNC_APPLY_FAILED(
            ErrorCategory.SYNC,
            500,
            74,
            false,
            "Changes could not be applied.",
            "The worktree is as it was; see the message."),
    SYNC_UNREADABLE(
            ErrorCategory.SYNC,
            500,
            74,
            false,
            "One side of the sync cannot be read.",
            "Repair what the message names; nothing was changed."),
    SYNC_LIMIT_EXCEEDED(
            ErrorCategory.SYNC,
            413,
            74,
            false,
            "The tree is above a size or count limit.",
            "Commit, ignore, or raise the limit."),
    PATH_ESCAPE(
            ErrorCategory.SYNC,
            422,
            74,
            false,
            "A path leads out of its tree.",
            "Nothing was applied; look at the sandbox with 'ox shell'."),
    FILE_CHANGING(
            ErrorCategory.SYNC,
            409,
            74,
            true,
            "A file kept changing while it was read.",
            "Stop what writes it and try again."),
    STREAM_LOST(
            ErrorCategory.STREAM,
            502,
            74,
            true,
            "A stream ended without its end mark.",
            "Attach again from the last position."),
    STREAM_TRUNCATED(
            ErrorCategory.STREAM,
            502,
            74,
            false,
            "A stream could not be followed to its end.",
            "Read the recording."),
    STREAM_GAP(
            ErrorCategory.STREAM,
            200,
            0,
            false,
            "Bytes were lost to this reader.",
            "Read the recording for the whole."),
    STREAM_MALFORMED(
            ErrorCategory.STREAM,
            200,
            0,
            false,
            "A part of a stream could not be parsed.",
            "See the run log for the raw text."),
    CURSOR_EXPIRED(
            ErrorCategory.STREAM,
            410,
            74,
            false,
            "The position is no longer kept.",
            "Attach at the earliest kept position."),
    CURSOR_AHEAD(
            ErrorCategory.STREAM,
            416,
            74,
            false,
            "The position lies beyond the end.",
            "Attach at the end."),
    SUBSCRIBER_TOO_SLOW(
            ErrorCategory.STREAM,
            503,
            74,
            false,
            "The reader was too slow and was let go.",
            "Attach again from the last position."),
    AGENT_EXIT(
            ErrorCategory.CODING,
            500,
            1,
            false,
            "The agent ended with an error.",
            "Read the run's summary."),
    AGENT_CRASHED(
            ErrorCategory.CODING,
            500,
            1,
            false,
            "The agent's process died.",
            "Read the run's log."),
    PROCESS_TIMEOUT(
            ErrorCategory.CODING,
            504,
            124,
            false,
            "The command ran longer than its deadline.",
            "Raise --timeout."),
    AGENT_STALLED(
            ErrorCategory.CODING,
            504,
            124,
            false,
            "The agent was silent for too long.",
            "Raise --idle-timeout."),
    OUT_OF_MEMORY(
            ErrorCategory.CODING,
            500,
            137,
            false,
            "The memory limit was reached.",
            "Raise the memory limit."),
    PROCESS_KILLED(
            ErrorCategory.CODING,
            500,
            137,
            false,
            "The process was killed from outside.",
            "Read the run's log."),
    INTERNAL(
            ErrorCategory.INTERNAL,
            500,
            70,
            false,
            "A defect of ours.",
            "Please report it with the run's log.");

    private final ErrorCategory category;
    private final int httpStatus;
    private final int exitCode;
    private final boolean retryable;
    private final String meaning;
    private final String suggestion;

    ErrorCode(
            ErrorCategory category,
            int httpStatus,
            int exitCode,
            boolean retryable,
            String meaning,
            String suggestion) {
        this.category = category;
        this.httpStatus = httpStatus;
        this.exitCode = exitCode;
        this.retryable = retryable;
        this.meaning = meaning;
        this.suggestion = suggestion;
    }

    /** The part of the system that the failure belongs to. */
    public ErrorCategory category() {
        return category;
    }

    /** Status of an HTTP answer that carries this code. */
    public int httpStatus() {
        return httpStatus;
    }

    /** Exit code of an {@code ox} command that ends by this failure. */
    public int exitCode() {
        return exitCode;
    }

    /** Whether repeating the same call later may succeed. */
    public boolean retryable() {
        return retryable;
    }

    /** What has happened, in one sentence. */
    public String meaning() {
        return meaning;
    }

    /** What the reader can do about it, in one sentence. */
    public String suggestion() {
        return suggestion;
    }

    /** The code of that name; empty for a name this version does not know. */
    public static Optional<ErrorCode> byName(String name) {
        return Arrays.stream(values()).filter(code -> code.name().equals(name)).findFirst();
    }
}
