package dev.oxbow.providers.local;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Gives each sandbox a user id of the host for itself. A file named after the id is the claim, made
 * so that only one can succeed.
 */
final class UserIds {
    private final Path claims;
    private final int first;
    private final int count;

    UserIds(LocalConfig config) {
        this.claims = config.dataDir().resolve("uids");
        this.first = config.firstUid();
        this.count = config.uidCount();
    }

    /**
     * Whether root here is root over the ids: in a container it may have but a few, or only its
     * own. It is then no more than an ordinary user.
     */
    static boolean areOurs(LocalConfig config) {
        long last = (long) config.firstUid() + config.uidCount();
        return List.of("self/uid_map", "self/gid_map").stream()
                .allMatch(map ->
                        ProcessTable.read(map).stream()
                                .flatMap(String::lines)
                                .map(line -> line.strip().split("\\s+", -1))
                                .filter(f -> f.length == 3)
                                .anyMatch(f ->
                                        Long.parseLong(f[0]) <= config.firstUid()
                                                && Long.parseLong(f[0]) + Long.parseLong(f[2])
                                                        >= last));
    }

    int claim(SandboxId id) {
        // Begins at a place that depends on the sandbox: a freed id is not taken again at once.
        int start = Math.floorMod(id.hashCode(), count);
        for (int i = 0; i < count; i++) {
            int uid = first + (start + i) % count;
            try {
                Files.writeString(
                        claims.resolve(Integer.toString(uid)),
                        id.value(),
                        StandardOpenOption.CREATE_NEW);
                return uid;
            } catch (FileAlreadyExistsException taken) {
                // The next one, then.
            } catch (IOException e) {
                throw OxException.of(
                                ErrorCode.STORE_UNREADABLE,
                                "a user id cannot be claimed in %s: %s",
                                claims,
                                Why.of(e))
                        .causedBy(e);
            }
        }
        throw OxException.of(
                        ErrorCode.QUOTA_EXCEEDED, "all %d user ids for sandboxes are in use", count)
                .with("limit", count);
    }

    /** Gives an id back; only the sandbox that has it can. */
    void release(int uid, SandboxId id) {
        Path claim = claims.resolve(Integer.toString(uid));
        try {
            if (Files.exists(claim) && Files.readString(claim).equals(id.value())) {
                Files.deleteIfExists(claim);
            }
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.DESTROY_FAILED,
                            "user id %d of sandbox %s cannot be given back: %s",
                            uid,
                            id,
                            Why.of(e))
                    .causedBy(e);
        }
    }
}
