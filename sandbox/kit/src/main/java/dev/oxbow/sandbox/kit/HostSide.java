package dev.oxbow.sandbox.kit;

import dev.oxbow.base.OxException;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.FileTree;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the host does with the files of a sandbox, the right way and the careless one. */
sealed interface HostSide {
    String read(String path) throws IOException;

    void write(String path, String content) throws IOException;

    void setMode(String path, String mode) throws IOException;

    void rename(String from, String to) throws IOException;

    void removeTree(String path) throws IOException;

    /** Through the port. */
    record Port(FileTree files) implements HostSide {
        @Override
        public String read(String path) throws IOException {
            try (InputStream content = files.read(TreePath.of(path))) {
                return new String(content.readAllBytes(), StandardCharsets.UTF_8);
            }
        }

        @Override
        public void write(String path, String content) throws IOException {
            files.write(
                    TreePath.of(path),
                    0644,
                    Optional.empty(),
                    new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)));
        }

        @Override
        public void setMode(String path, String mode) {
            files.setMode(TreePath.of(path), mode.equals("rwxrwxrwx") ? 0777 : 0600);
        }

        @Override
        public void rename(String from, String to) {
            files.rename(TreePath.of(from), TreePath.of(to));
        }

        @Override
        public void removeTree(String path) {
            files.removeTree(TreePath.of(path));
        }
    }

    /** As most programs do it, which is the wall taken down. */
    record Careless(Path root) implements HostSide {
        @Override
        public String read(String path) throws IOException {
            return Files.readString(root.resolve(path));
        }

        @Override
        public void write(String path, String content) throws IOException {
            Files.writeString(root.resolve(path), content);
        }

        @Override
        public void setMode(String path, String mode) throws IOException {
            Files.setPosixFilePermissions(
                    root.resolve(path), PosixFilePermissions.fromString(mode));
        }

        @Override
        public void rename(String from, String to) throws IOException {
            Files.move(root.resolve(from), root.resolve(to), StandardCopyOption.REPLACE_EXISTING);
        }

        @Override
        public void removeTree(String path) throws IOException {
            Path top = root.resolve(path);
            try (Stream<Path> all = Files.walk(top, FileVisitOption.FOLLOW_LINKS)) {
                List<Path> found = all.sorted(Comparator.reverseOrder()).toList();
                for (Path each : found) {
                    Files.delete(each);
                }
            }
        }
    }

    /**
     * Steps into the trap that an attempt has laid.
     *
     * @param outside the bait's folder, as seen from the root
     * @param exchange exchanges the folder {@code swap} for a link to the bait
     * @return what the host has read
     */
    static String step(Attempt attempt, HostSide host, Path outside, Runnable exchange)
            throws IOException {
        try {
            switch (attempt.number()) {
                case "E110" -> host.write("out/written", "x");
                case "E111" -> {
                    return host.read("innocent");
                }
                case "E112" -> host.write("result", "x");
                case "E113" -> host.write("deep/" + "../".repeat(20) + outside + "/written", "x");
                case "E114" -> host.removeTree("tree");
                case "E115" -> {
                    host.write("swap/before", "x");
                    exchange.run();
                    host.write("swap/written", "x");
                }
                case "E116" -> host.setMode("script", "rwxrwxrwx");
                case "E117" -> host.rename("moved", "there/moved");
                default -> throw new IllegalArgumentException("no step for " + attempt);
            }
        } catch (OxException | FileSystemException refused) {
            return "held: " + refused.getMessage();
        }
        return "";
    }
}
