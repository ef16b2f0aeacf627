package dev.oxbow.recording;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The size of a change, counted in the patch itself.
 *
 * @param files in the order of the patch
 */
public record DiffStat(List<FileStat> files) {
    static final DiffStat NONE = new DiffStat(List.of());

    /** Copies the list. */
    public DiffStat {
        files = List.copyOf(files);
    }

    /**
     * One file of a change; the counts are 0 for a binary one.
     *
     * @param path its name after the change
     * @param insertions lines added
     * @param deletions lines removed
     * @param binary whether it has no lines
     */
    public record FileStat(String path, int insertions, int deletions, boolean binary) {}

    /** Lines added in all files together. */
    public int insertions() {
        return files.stream().mapToInt(FileStat::insertions).sum();
    }

    /** Lines removed in all files together. */
    public int deletions() {
        return files.stream().mapToInt(FileStat::deletions).sum();
    }

    /**
     * Reads a patch as git writes it; content that looks like a header is told by the hunk sizes.
     */
    public static DiffStat of(InputStream patch) throws IOException {
        Reading reading = new Reading();
        BufferedReader in =
                new BufferedReader(new InputStreamReader(patch, StandardCharsets.ISO_8859_1));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            reading.line(line);
        }
        return reading.done();
    }

    private static final class Reading {
        private final List<FileStat> files = new ArrayList<>();
        private String path = "";
        private boolean open;
        private boolean binary;
        private int insertions;
        private int deletions;
        private long oldLeft;
        private long newLeft;

        void line(String line) {
            if (oldLeft > 0 || newLeft > 0) {
                content(line);
            } else if (line.startsWith("diff --git ")) {
                close();
                open = true;
                path = pathOf(line);
            } else if (line.startsWith("@@ ")) {
                hunk(line);
            } else if (line.equals("GIT binary patch") || line.startsWith("Binary files ")) {
                binary = true;
            }
        }

        private void content(String line) {
            char kind = line.isEmpty() ? ' ' : line.charAt(0);
            switch (kind) {
                case '+' -> {
                    insertions++;
                    newLeft--;
                }
                case '-' -> {
                    deletions++;
                    oldLeft--;
                }
                case '\\' -> {}
                default -> {
                    oldLeft--;
                    newLeft--;
                }
            }
        }

        private void hunk(String line) {
            String[] words = line.split(" ", 4);
            if (words.length >= 3) {
                oldLeft = count(words[1]);
                newLeft = count(words[2]);
            }
        }

        /** The count in {@code -start,count}; one line if it is left out. */
        private static long count(String range) {
            int comma = range.indexOf(',');
            try {
                return comma < 0 ? 1 : Long.parseLong(range, comma + 1, range.length(), 10);
            } catch (NumberFormatException notAHunk) {
                return 0;
            }
        }

        /** The new name; git quotes names that hold unusual bytes. */
        private static String pathOf(String header) {
            int quoted = header.lastIndexOf(" \"b/");
            int plain = header.lastIndexOf(" b/");
            if (quoted > plain) {
                return header.substring(quoted + 4, Math.max(quoted + 4, header.length() - 1));
            }
            String name = plain < 0 ? header : header.substring(plain + 3);
            return new String(name.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        }

        private void close() {
            if (open) {
                files.add(new FileStat(path, insertions, deletions, binary));
            }
            insertions = 0;
            deletions = 0;
            oldLeft = 0;
            newLeft = 0;
            binary = false;
        }

        DiffStat done() {
            close();
            return new DiffStat(files);
        }
    }
}
