package dev.oxbow.agents;

import java.util.ArrayList;
import java.util.List;

/** Spells paths as events do: relative to the workspace where they lie in it, else absolute. */
final class WorkspacePath {
    private final String root;

    WorkspacePath(String root) {
        this.root = normal(root);
    }

    String of(String path) {
        if (path.isEmpty()) {
            return path;
        }
        String absolute = normal(path.startsWith("/") ? path : root + "/" + path);
        if (absolute.equals(root)) {
            return ".";
        }
        String prefix = root.equals("/") ? "/" : root + "/";
        return absolute.startsWith(prefix) ? absolute.substring(prefix.length()) : absolute;
    }

    /** Resolves dots by the text alone; nothing on disk is asked. */
    private static String normal(String path) {
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/", -1)) {
            if (part.equals("..")) {
                if (!parts.isEmpty()) {
                    parts.removeLast();
                }
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return "/" + String.join("/", parts);
    }
}
