package dev.oxbow.environment;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The folders in which programs are looked for. */
public final class SearchPath {
    private static final String USUAL =
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final List<Path> folders;

    private SearchPath(List<Path> folders) {
        this.folders = folders;
    }

    /**
     * {@code PATH} of an environment; the usual folders if it has none. Relative ones are left out.
     */
    public static SearchPath of(Map<String, String> environment) {
        List<Path> folders = new ArrayList<>();
        for (String part : environment.getOrDefault("PATH", USUAL).split(":", -1)) {
            folder(part).filter(Path::isAbsolute).ifPresent(folders::add);
        }
        return new SearchPath(folders);
    }

    private static Optional<Path> folder(String text) {
        try {
            return Optional.of(Path.of(text));
        } catch (InvalidPathException notAPathHere) {
            return Optional.empty();
        }
    }

    /** The first executable of that name. */
    public Optional<Path> find(String executable) {
        return folders.stream()
                .map(folder -> folder.resolve(executable))
                .filter(Files::isExecutable)
                .filter(path -> !Files.isDirectory(path))
                .findFirst();
    }
}
