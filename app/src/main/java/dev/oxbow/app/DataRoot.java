package dev.oxbow.app;

import java.nio.file.Path;
import java.util.Map;

/** Where Oxbow keeps its data if nobody says otherwise. */
public final class DataRoot {
    private DataRoot() {}

    /**
     * {@code OX_DATA_DIR}; else {@code /var/lib/oxbow} for root and {@code oxbow} in the user's
     * data folder for everybody else.
     *
     * @param environment of the caller
     * @param root whether the caller is root
     * @param home the caller's home
     */
    public static Path of(Map<String, String> environment, boolean root, Path home) {
        String told = environment.getOrDefault("OX_DATA_DIR", "");
        if (!told.isBlank()) {
            return Path.of(told).toAbsolutePath().normalize();
        }
        if (root) {
            return Path.of("/var/lib/oxbow");
        }
        String xdg = environment.getOrDefault("XDG_DATA_HOME", "");
        // A relative value is to be ignored, says the specification of these variables.
        Path data = xdg.startsWith("/") ? Path.of(xdg) : home.resolve(".local").resolve("share");
        return data.resolve("oxbow");
    }
}
