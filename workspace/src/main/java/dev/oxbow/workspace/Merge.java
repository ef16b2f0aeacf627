package dev.oxbow.workspace;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Merges two changes of one text line by line. */
final class Merge {
    private static final int LIMIT = 1 << 20;

    private final HostGit git;
    private final Path scratch;

    Merge(HostGit git, Path scratch) {
        this.git = git;
        this.scratch = scratch;
    }

    /** Whether a file is small enough to be read for a merge. */
    static boolean fits(Node.File file) {
        return file.size() <= LIMIT;
    }

    /** The merged text; empty if it is no text or the changes touch the same lines. */
    Optional<byte[]> merge(byte[] base, byte[] ours, byte[] theirs) {
        if (!isText(base) || !isText(ours) || !isText(theirs)) {
            return Optional.empty();
        }
        try {
            Path o = Files.write(scratch.resolve("merge-ours"), ours);
            Path b = Files.write(scratch.resolve("merge-base"), base);
            Path t = Files.write(scratch.resolve("merge-theirs"), theirs);
            HostGit.Output output =
                    git.run(
                            List.of(
                                    "merge-file",
                                    "-p",
                                    "-q",
                                    "--",
                                    o.toString(),
                                    b.toString(),
                                    t.toString()),
                            Optional.empty(),
                            Map.of());
            if (output.exit() < 0 || output.exit() > 127) {
                git.check(output);
            }
            return output.exit() == 0 ? Optional.of(output.stdout()) : Optional.empty();
        } catch (IOException e) {
            throw OxException.of(ErrorCode.SYNC_APPLY_FAILED, "cannot merge: %s", e).causedBy(e);
        }
    }

    private static boolean isText(byte[] content) {
        if (content.length > LIMIT) {
            return false;
        }
        for (byte b : content) {
            if (b == 0) {
                return false;
            }
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content));
            return true;
        } catch (CharacterCodingException notText) {
            return false;
        }
    }
}
