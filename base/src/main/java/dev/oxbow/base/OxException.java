package dev.oxbow.base;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The one family of failures that Oxbow throws on purpose, one subtype per {@link ErrorCategory}.
 *
 * <p>The message is one line for a person: what and why. It never holds a secret or a stack.
 * Anything else that is thrown is a defect and is shown as {@link ErrorCode#INTERNAL}.
 *
 * <pre>{@code
 * throw OxException.of(ErrorCode.SYNC_CONFLICT, "%d files changed on both sides", n)
 *         .with("paths", paths);
 * }</pre>
 */
public abstract sealed class OxException extends RuntimeException {
    private final ErrorCode code;
    private final Map<String, Object> context = new LinkedHashMap<>();
    private @Nullable String suggestion;
    private Admitted admitted = Admitted.NO;

    /** Whether the failed operation had taken effect. */
    public enum Admitted {
        /** Nothing happened: repeating is safe. */
        NO,
        /** It took effect: attach or read the state, never repeat. */
        YES,
        /** Not known: repeat only with the same key, or after reading the state. */
        UNKNOWN
    }

    private OxException(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    /**
     * A failure of the subtype that the code's category asks for.
     *
     * @param code what happened
     * @param format one line, in the manner of {@link String#format}
     * @param args values for the format
     */
    @FormatMethod
    public static OxException of(ErrorCode code, @FormatString String format, Object... args) {
        String message = String.format(Locale.ROOT, format, args);
        return switch (code.category()) {
            case VALIDATION -> new Validation(code, message);
            case PROVIDER -> new Provider(code, message);
            case SOURCE -> new Source(code, message);
            case SYNC -> new Sync(code, message);
            case STREAM -> new Stream(code, message);
            case CODING -> new Coding(code, message);
            case AUTH -> new Auth(code, message);
            case CREDENTIAL -> new Credential(code, message);
            case INTERNAL -> new Internal(code, message);
        };
    }

    /** Any failure as one of this family: itself, or an {@code INTERNAL} that names it. */
    public static OxException from(Throwable failure) {
        return failure instanceof OxException known
                ? known
                : of(
                                ErrorCode.INTERNAL,
                                "%s: %s",
                                failure.getClass().getSimpleName(),
                                String.valueOf(failure.getMessage()))
                        .causedBy(failure);
    }

    /** Names what led to this failure; call it once, before the exception is thrown. */
    public OxException causedBy(Throwable cause) {
        initCause(cause);
        return this;
    }

    /** Adds a fact for machines; the value must be JSON-like (text, number, boolean, list, map). */
    public OxException with(String key, Object value) {
        context.put(key, Objects.requireNonNull(value));
        return this;
    }

    /** Replaces the advice of the error table by a better one for this case. */
    @FormatMethod
    public OxException suggest(@FormatString String format, Object... args) {
        suggestion = String.format(Locale.ROOT, format, args);
        return this;
    }

    /** States whether the operation had taken effect. */
    public OxException admitted(Admitted value) {
        admitted = value;
        return this;
    }

    /** The stable code. */
    public ErrorCode code() {
        return code;
    }

    /** Facts for machines, in the order they were added; unmodifiable. */
    public Map<String, Object> context() {
        return Collections.unmodifiableMap(context);
    }

    /** What the reader can do, in one sentence. */
    public String suggestion() {
        return suggestion == null ? code.suggestion() : suggestion;
    }

    /** Whether the operation had taken effect. */
    public Admitted admitted() {
        return admitted;
    }

    /** The message, never null. */
    @Override
    public String getMessage() {
        return Objects.requireNonNullElse(super.getMessage(), code.meaning());
    }

    /** The caller asked for something that cannot be. */
    public static final class Validation extends OxException {
        private Validation(ErrorCode code, String message) {
            super(code, message);
        }
    }

    /** The technology under the sandbox failed. */
    public static final class Provider extends OxException {
        private Provider(ErrorCode code, String message) {
            super(code, message);
        }
    }

    /** The repository the work comes from failed. */
    public static final class Source extends OxException {
        private Source(ErrorCode code, String message) {
            super(code, message);
        }
    }

    /** Moving files between worktree and sandbox failed. */
    public static final class Sync extends OxException {
        private Sync(ErrorCode code, String message) {
            super(code, message);
        }
    }

    /** Delivering output failed. */
    public static final class Stream extends OxException {
        private Stream(ErrorCode code, String message) {
            super(code, message);
        }
    }

    /** The agent or its task failed. */
    public static final class Coding extends OxException {
        private Coding(ErrorCode code, String message) {
            super(code, message);
        }
    }

    /** The caller is not who they need to be. */
    public static final class Auth extends OxException {
        private Auth(ErrorCode code, String message) {
            super(code, message);
        }
    }

    /** A login, a key or its use failed. */
    public static final class Credential extends OxException {
        private Credential(ErrorCode code, String message) {
            super(code, message);
        }
    }

    /** A defect of ours. */
    public static final class Internal extends OxException {
        private Internal(ErrorCode code, String message) {
            super(code, message);
        }
    }
}
