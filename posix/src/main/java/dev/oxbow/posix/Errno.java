package dev.oxbow.posix;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.util.Arrays;
import java.util.Optional;

/** The kernel's error numbers that matter here: what they say, and the code they become. */
enum Errno {
    EPERM(1, "operation not permitted", ErrorCode.PERMISSION_DENIED),
    ENOENT(2, "no such file or directory", ErrorCode.FILE_NOT_FOUND),
    EINTR(4, "interrupted", null),
    EIO(5, "input/output error", null),
    ENXIO(6, "not a regular file", null),
    EBADF(9, "closed", null),
    EAGAIN(11, "not ready", null),
    EACCES(13, "permission denied", ErrorCode.PERMISSION_DENIED),
    EBUSY(16, "busy", null),
    EEXIST(17, "exists already", ErrorCode.FILE_EXISTS),
    EXDEV(18, "leads out of the tree", ErrorCode.PATH_ESCAPE),
    ENOTDIR(20, "a part of the path is not a directory", ErrorCode.NOT_DIRECTORY),
    EISDIR(21, "is a directory", ErrorCode.IS_DIRECTORY),
    EINVAL(22, "invalid", null),
    ENFILE(23, "too many open files on this machine", null),
    EMFILE(24, "too many open files", null),
    EFBIG(27, "file too large", ErrorCode.FILE_TOO_LARGE),
    ENOSPC(28, "no space left", ErrorCode.NO_SPACE),
    EROFS(30, "file system is read-only", ErrorCode.PERMISSION_DENIED),
    ENAMETOOLONG(36, "name too long", ErrorCode.SYNC_LIMIT_EXCEEDED),
    ENOSYS(38, "not offered by this kernel", ErrorCode.CAPABILITY_UNSUPPORTED),
    ENOTEMPTY(39, "directory is not empty", ErrorCode.IS_DIRECTORY),
    ELOOP(40, "a part of the path is a symbolic link", ErrorCode.PATH_ESCAPE),
    EOPNOTSUPP(95, "not offered by this file system", ErrorCode.CAPABILITY_UNSUPPORTED),
    EDQUOT(122, "disk quota exceeded", ErrorCode.NO_SPACE);

    final int number;
    private final String text;
    private final Optional<ErrorCode> code;

    Errno(int number, String text, @org.jspecify.annotations.Nullable ErrorCode code) {
        this.number = number;
        this.text = text;
        this.code = Optional.ofNullable(code);
    }

    /** Whether a raw result is this failure. */
    boolean is(long result) {
        return result == -number;
    }

    static OxException reading(long result, String verb, Object path) {
        return of(result, ErrorCode.SYNC_UNREADABLE, verb, path);
    }

    static OxException writing(long result, String verb, Object path) {
        return of(result, ErrorCode.SYNC_APPLY_FAILED, verb, path);
    }

    /** The exception for a raw result below zero. */
    static OxException of(long result, ErrorCode otherwise, String verb, Object path) {
        Optional<Errno> known = Arrays.stream(values()).filter(e -> e.is(result)).findFirst();
        return OxException.of(
                        known.flatMap(e -> e.code).orElse(otherwise),
                        "cannot %s %s: %s",
                        verb,
                        path,
                        known.map(e -> e.text).orElse("error " + -result))
                .with("path", path.toString())
                .with("errno", (int) -result);
    }
}
