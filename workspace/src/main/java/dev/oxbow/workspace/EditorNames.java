package dev.oxbow.workspace;

import dev.oxbow.posix.TreePath;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Names that editors give to files of their own, which stand beside a file while it is edited. */
final class EditorNames {
    private static final Pattern NAMES =
            Pattern.compile(
                    "\\.(.*\\.)?sw[a-px]" // vim: swap files
                            + "|4913" // vim: whether it may write here
                            + "|.+~" // vim, emacs, gedit: backups
                            + "|\\.#.+|#.+#" // emacs: locks and unsaved text
                            + "|\\..+\\.kate-swp"
                            + "|\\.goutputstream-.+"
                            + "|.+___jb_(tmp|old|bak)___",
                    Pattern.DOTALL);

    private EditorNames() {}

    static boolean matches(TreePath path) {
        // One character for each byte: the names looked for are ASCII, whatever is around them.
        return NAMES.matcher(new String(path.name(), StandardCharsets.ISO_8859_1)).matches();
    }
}
