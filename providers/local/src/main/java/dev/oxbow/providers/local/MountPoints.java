package dev.oxbow.providers.local;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where in a folder something else is mounted, as this process sees it. What is there is not the
 * folder's: to delete it would be to delete somebody else's files.
 */
final class MountPoints {
    private static final Path TABLE = Path.of("/proc/self/mountinfo");

    /** How the kernel writes what would end a field. */
    private static final Pattern ESCAPED = Pattern.compile("\\\\([0-7]{3})");

    private MountPoints() {}

    /**
     * Goes on only where nothing is mounted at the folder or below it.
     *
     * @throws OxException {@code DESTROY_FAILED} if something is, or if it cannot be told
     */
    static void refuseIn(Path folder) {
        List<String> found = List.of();
        try {
            // A link is removed itself, wherever it leads.
            Path above = folder.toAbsolutePath().getParent();
            if (above != null) {
                String table = Files.readString(TABLE, StandardCharsets.ISO_8859_1);
                found = below(table, above.toRealPath().resolve(folder.getFileName()));
            }
        } catch (NoSuchFileException nothingThere) {
            return;
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.DESTROY_FAILED,
                            "it cannot be told whether something is mounted in %s: %s",
                            folder,
                            Why.of(e))
                    .causedBy(e);
        }
        if (!found.isEmpty()) {
            throw OxException.of(
                            ErrorCode.DESTROY_FAILED,
                            "%s is not deleted: something is mounted at %s",
                            folder,
                            found.getFirst())
                    .suggest("Unmount it (umount '%s'), then try again.", found.getFirst());
        }
    }

    /** The mount points of a table, each byte of which is a character, at or below a folder. */
    static List<String> below(String mountinfo, Path folder) {
        String wanted = bytes(folder);
        return mountinfo
                .lines()
                .map(line -> line.split(" ", 6))
                .filter(fields -> fields.length == 6)
                .map(fields -> plain(fields[4]))
                .filter(point -> point.equals(wanted) || point.startsWith(wanted + "/"))
                .map(point -> new String(point.getBytes(StandardCharsets.ISO_8859_1), names()))
                .toList();
    }

    private static String plain(String field) {
        return ESCAPED.matcher(field)
                .replaceAll(m -> {
                    char c = (char) Integer.parseInt(m.group(1), 8);
                    return Matcher.quoteReplacement(String.valueOf(c));
                });
    }

    private static String bytes(Path path) {
        return new String(path.toString().getBytes(names()), StandardCharsets.ISO_8859_1);
    }

    /** How Java writes the names of files. */
    private static Charset names() {
        return Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    }
}
