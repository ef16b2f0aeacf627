package dev.oxbow.bench.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The smallest root file system that a container can have: busybox and a few names for it. */
final class RootFiles {
    private final Path folder;

    private RootFiles(Path folder) {
        this.folder = folder;
    }

    /** Why it cannot be made here. */
    static Optional<String> missing() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return Optional.of("used as root only");
        }
        return Command.find("busybox").isPresent()
                ? Optional.empty()
                : Optional.of("no root file system (package busybox-static)");
    }

    static RootFiles make(Path folder) throws IOException {
        Path programs = Files.createDirectories(folder.resolve("bin"));
        Files.copy(Command.find("busybox").orElseThrow(), programs.resolve("busybox"));
        for (String name : List.of("sh", "true", "echo", "sleep")) {
            Files.createSymbolicLink(programs.resolve(name), Path.of("busybox"));
        }
        for (String name : List.of("proc", "dev", "sys", "tmp", "etc")) {
            Files.createDirectories(folder.resolve(name));
        }
        return new RootFiles(folder);
    }

    Path folder() {
        return folder;
    }

    /** Gives them to an engine as an image of that name. */
    void importWith(List<String> client, String image) throws IOException, InterruptedException {
        Path archive = folder.resolveSibling(folder.getFileName() + ".tar");
        Command.run("tar", "-C", folder.toString(), "-cf", archive.toString(), ".");
        List<String> argv = new ArrayList<>(client);
        argv.addAll(List.of("import", archive.toString(), image));
        String unusedSaid = Command.output(argv);
    }
}
