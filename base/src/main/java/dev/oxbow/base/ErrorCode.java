package dev.oxbow.base;

import static dev.oxbow.base.ErrorCategory.CODING;
import static dev.oxbow.base.ErrorCategory.PROVIDER;
import static dev.oxbow.base.ErrorCategory.SOURCE;
import static dev.oxbow.base.ErrorCategory.STREAM;
import static dev.oxbow.base.ErrorCategory.SYNC;
import static dev.oxbow.base.ErrorCategory.VALIDATION;

import com.google.errorprone.annotations.Immutable;
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
            Row.once(VALIDATION, 400, 64),
            "A value given by the caller is not acceptable.",
            "Correct the value named in the message."),
    CWD_NOT_WORKTREE(
            Row.once(VALIDATION, 400, 66),
            "The directory is not inside a git work tree.",
            "Run it inside a git repository, or make one with 'git init'."),
    INVALID_SANDBOX_CONFIG(
            Row.once(VALIDATION, 400, 64),
            "The sandbox asked for cannot exist as described.",
            "Correct the setting named in the message."),
    CAPABILITY_UNSUPPORTED(
            Row.once(VALIDATION, 501, 64),
            "The provider does not offer this operation.",
            "Choose another provider or leave the option out."),
    IDENTITY_MISMATCH(
            Row.once(VALIDATION, 409, 64),
            "The object belongs to another worktree.",
            "Run the command from the worktree that owns it."),
    IDENTITY_AMBIGUOUS(
            Row.once(VALIDATION, 409, 64),
            "More than one sandbox claims this worktree.",
            "Remove all but one with 'ox rm'."),
    WORKTREE_BUSY(
            Row.again(VALIDATION, 409, 75),
            "Another run holds this worktree.",
            "Wait for it, or cancel it with 'ox cancel'."),
    IDEMPOTENCY_KEY_REUSED(
            Row.once(VALIDATION, 409, 64),
            "The same key or name was used before with other content.",
            "Use a new key or name."),
    ETAG_MISMATCH(
            Row.once(VALIDATION, 412, 64),
            "The object changed since it was read.",
            "Read it again and repeat the change."),
    RUN_NOT_FOUND(
            Row.once(VALIDATION, 404, 66), "No run has this id.", "List runs with 'ox ps --all'."),
    THREAD_NOT_FOUND(
            Row.once(VALIDATION, 404, 66),
            "No thread has this id.",
            "List runs with 'ox ps --all'."),
    RUN_IN_PROGRESS(
            Row.again(VALIDATION, 409, 75),
            "The run has not ended yet.",
            "Wait for it, or cancel it with 'ox cancel'."),
    PROVIDER_NOT_CONFIGURED(
            Row.once(PROVIDER, 503, 69), "The provider is not set up.", "See 'ox doctor'."),
    PROVIDER_AUTH_FAILED(
            Row.once(PROVIDER, 502, 77),
            "The provider refused our credential.",
            "Check the provider's key."),
    PROVIDER_TIMEOUT(
            Row.again(PROVIDER, 504, 69), "The provider did not answer in time.", "Try again."),
    PROVIDER_UNAVAILABLE(
            Row.again(PROVIDER, 503, 69),
            "The provider cannot be reached or is down.",
            "Try again later."),
    PROVIDER_RATE_LIMITED(
            Row.again(PROVIDER, 429, 75),
            "The provider asks us to slow down.",
            "Try again after the time given."),
    QUOTA_EXCEEDED(
            Row.again(PROVIDER, 429, 75),
            "No more sandboxes are allowed for now.",
            "Remove idle sandboxes with 'ox rm'."),
    CONTAINER_UNAVAILABLE(
            Row.again(PROVIDER, 503, 69),
            "The sandbox is not ready to take commands.",
            "Try again after the time given."),
    OPERATION_INTERRUPTED(
            Row.once(PROVIDER, 409, 69),
            "The operation had begun when the sandbox changed under it.",
            "Read the state before repeating anything."),
    SANDBOX_NOT_FOUND(
            Row.once(PROVIDER, 404, 69),
            "No sandbox has this id.",
            "List sandboxes with 'ox ps --all'."),
    SANDBOX_CORRUPTED(
            Row.once(PROVIDER, 502, 69),
            "The sandbox exists but cannot be used.",
            "Start a new run; what could be read was saved."),
    SANDBOX_CRASHED(
            Row.once(PROVIDER, 502, 69),
            "The sandbox ended while it was in use.",
            "Start a new run; what could be read was saved."),
    SANDBOX_DEGRADED(
            Row.once(PROVIDER, 503, 69),
            "Contact with the sandbox is lost; its state is unknown.",
            "Wait, or look at it with 'ox show'."),
    PROCESS_NOT_FOUND(
            Row.once(PROVIDER, 404, 69),
            "No process has this id in the sandbox.",
            "List the processes of the run with 'ox show'."),
    SNAPSHOT_NOT_FOUND(
            Row.once(PROVIDER, 404, 69),
            "The named snapshot does not exist.",
            "Name an existing snapshot."),
    DESTROY_FAILED(
            Row.again(PROVIDER, 502, 69),
            "The sandbox could not be removed completely.",
            "It will be tried again; 'ox rm' repeats it now."),
    WORK_NOT_EXTRACTED(
            Row.once(PROVIDER, 409, 69),
            "The sandbox holds work that exists nowhere else.",
            "Bring it back with 'ox apply', or repeat with --force."),
    ISOLATION_UNAVAILABLE(
            Row.once(PROVIDER, 503, 69),
            "A wall of the wanted tier cannot be built on this machine.",
            "See 'ox doctor' for the missing part."),
    POLICY_NOT_ENFORCED(
            Row.once(PROVIDER, 503, 69),
            "A policy could not be proven to hold.",
            "See 'ox doctor'."),
    STORE_UNREADABLE(
            Row.once(PROVIDER, 503, 69),
            "Our own records cannot be read.",
            "Repair the store named in the message; nothing was changed."),
    BUDGET_EXCEEDED(Row.once(PROVIDER, 402, 69), "A budget is used up.", "Raise the budget."),
    NO_SPACE(
            Row.once(PROVIDER, 507, 74),
            "A disk or quota is full.",
            "Free space at the place named in the message."),
    PEER_TIMEOUT(
            Row.once(PROVIDER, 504, 69),
            "Another sandbox did not finish in time.",
            "Go on with the results at hand."),
    AGENT_NOT_INSTALLED(
            Row.once(PROVIDER, 424, 69),
            "The agent is missing or has another version than wanted.",
            "Install it with 'ox agents install'."),
    AGENT_AUTH_MISSING(
            Row.once(PROVIDER, 424, 77),
            "No credential for the agent's model.",
            "Set the agent's usual variable, or name one with --model-key-env."),
    AGENT_AUTH_EXPIRED(
            Row.once(PROVIDER, 424, 77), "The agent's login has expired.", "Log in again."),
    FILE_NOT_FOUND(Row.once(PROVIDER, 404, 69), "No such file in the sandbox.", "Check the path."),
    FILE_EXISTS(Row.once(PROVIDER, 409, 69), "The file exists already.", "Choose another name."),
    IS_DIRECTORY(Row.once(PROVIDER, 409, 69), "The path is a directory.", "Name a file."),
    NOT_DIRECTORY(
            Row.once(PROVIDER, 409, 69),
            "A part of the path is not a directory.",
            "Check the path."),
    PERMISSION_DENIED(
            Row.once(PROVIDER, 403, 69),
            "The file's mode forbids it.",
            "Change the mode or the owner."),
    FILE_TOO_LARGE(
            Row.once(PROVIDER, 413, 69),
            "The file is above the limit.",
            "Raise the limit or leave the file out."),
    EGRESS_DENIED(
            Row.once(PROVIDER, 403, 69),
            "The egress policy does not allow this destination.",
            "Add it with --network host:port."),
    SOURCE_AUTH_FAILED(
            Row.once(SOURCE, 401, 77),
            "The repository host refused the credential.",
            "Check the credential."),
    REPOSITORY_NOT_FOUND(
            Row.once(SOURCE, 404, 69),
            "The repository is missing or not visible.",
            "Check the address."),
    BRANCH_NOT_FOUND(
            Row.once(SOURCE, 404, 69), "The branch is not in the repository.", "Check the name."),
    SOURCE_TIMEOUT(Row.again(SOURCE, 504, 69), "The repository host was too slow.", "Try again."),
    TRANSFER_INTERRUPTED(Row.again(SOURCE, 502, 69), "A transfer was cut.", "Try again."),
    SOURCE_UNREADABLE(
            Row.once(SOURCE, 500, 69),
            "The worktree or its git data cannot be read.",
            "Repair what the message names; nothing was changed."),
    SYNC_CONFLICT(
            Row.once(SYNC, 409, 73),
            "Both sides changed the same files; nothing was applied.",
            "Look with 'ox diff', then 'ox apply --on-conflict'."),
    SYNC_APPLY_FAILED(
            Row.once(SYNC, 500, 74),
            "Changes could not be applied.",
            "The worktree is as it was; see the message."),
    SYNC_UNREADABLE(
            Row.once(SYNC, 500, 74),
            "One side of the sync cannot be read.",
            "Repair what the message names; nothing was changed."),
    SYNC_LIMIT_EXCEEDED(
            Row.once(SYNC, 413, 74),
            "The tree is above a size or count limit.",
            "Commit, ignore, or raise the limit."),
    PATH_ESCAPE(
            Row.once(SYNC, 422, 74),
            "A path leads out of its tree.",
            "Nothing was applied; look at the sandbox with 'ox shell'."),
    FILE_CHANGING(
            Row.again(SYNC, 409, 74),
            "A file kept changing while it was read.",
            "Stop what writes it and try again."),
    STREAM_LOST(
            Row.again(STREAM, 502, 74),
            "A stream ended without its end mark.",
            "Attach again from the last position."),
    STREAM_TRUNCATED(
            Row.once(STREAM, 502, 74),
            "A stream could not be followed to its end.",
            "Read the recording."),
    STREAM_GAP(
            Row.once(STREAM, 200, 0),
            "Bytes were lost to this reader.",
            "Read the recording for the whole."),
    STREAM_MALFORMED(
            Row.once(STREAM, 200, 0),
            "A part of a stream could not be parsed.",
            "See the run log for the raw text."),
    CURSOR_EXPIRED(
            Row.once(STREAM, 410, 74),
            "The position is no longer kept.",
            "Attach at the earliest kept position."),
    CURSOR_AHEAD(
            Row.once(STREAM, 416, 74), "The position lies beyond the end.", "Attach at the end."),
    SUBSCRIBER_TOO_SLOW(
            Row.once(STREAM, 503, 74),
            "The reader was too slow and was let go.",
            "Attach again from the last position."),
    SIZE_OWNER_LOST(
            Row.once(STREAM, 409, 74),
            "Another viewer has taken over the size of the terminal.",
            "Look on in its size, or take the size again."),
    AGENT_EXIT(
            Row.once(CODING, 500, 1), "The agent ended with an error.", "Read the run's summary."),
    AGENT_CRASHED(Row.once(CODING, 500, 1), "The agent's process died.", "Read the run's log."),
    PROCESS_TIMEOUT(
            Row.once(CODING, 504, 124),
            "The command ran longer than its deadline.",
            "Raise --timeout."),
    AGENT_STALLED(
            Row.once(CODING, 504, 124),
            "The agent was silent for too long.",
            "Raise --idle-timeout."),
    OUT_OF_MEMORY(
            Row.once(CODING, 500, 137), "The memory limit was reached.", "Raise the memory limit."),
    PROCESS_KILLED(
            Row.once(CODING, 500, 137),
            "The process was killed from outside.",
            "Read the run's log."),
    INTERNAL(
            Row.once(ErrorCategory.INTERNAL, 500, 70),
            "A defect of ours.",
            "Please report it with the run's log.");

    private final Row row;
    private final String meaning;
    private final String suggestion;

    ErrorCode(Row row, String meaning, String suggestion) {
        this.row = row;
        this.meaning = meaning;
        this.suggestion = suggestion;
    }

    /** The columns that machines read. */
    @Immutable
    private record Row(ErrorCategory category, int httpStatus, int exitCode, boolean retryable) {

        /** A failure that the same call will meet again. */
        static Row once(ErrorCategory category, int httpStatus, int exitCode) {
            return new Row(category, httpStatus, exitCode, false);
        }

        /** A failure that may be over later. */
        static Row again(ErrorCategory category, int httpStatus, int exitCode) {
            return new Row(category, httpStatus, exitCode, true);
        }
    }

    /** The part of the system that the failure belongs to. */
    public ErrorCategory category() {
        return row.category;
    }

    /** Status of an HTTP answer that carries this code. */
    public int httpStatus() {
        return row.httpStatus;
    }

    /** Exit code of an {@code ox} command that ends by this failure. */
    public int exitCode() {
        return row.exitCode;
    }

    /** Whether repeating the same call later may succeed. */
    public boolean retryable() {
        return row.retryable;
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
