package dev.oxbow.bench;

import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.TreePath;
import dev.oxbow.providers.local.LocalConfig;
import dev.oxbow.providers.local.LocalProvider;
import dev.oxbow.sandbox.FileTree;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** One file of 4 MiB in and out. */
final class FileRaces implements Part {
    private static final int SIZE = 4 << 20;
    private static final TreePath FILE = TreePath.of("four");

    @Override
    public List<Row> run(Course course) throws Exception {
        Path host = Files.createDirectories(course.folder().resolve("host"));
        byte[] content = new byte[SIZE];
        new Random(4).nextBytes(content);
        try (LocalProvider provider =
                new LocalProvider(LocalConfig.of(course.folder().resolve("data")))) {
            Sandbox sandbox = provider.create(SandboxSpec.of(SandboxId.next()));
            String tier = new OurStarts(provider, "").tier();
            try {
                return List.of(
                        race(course, "write", "file-write", "to its end, replacing the one before")
                                .run(
                                        List.of(
                                                ours(
                                                        tier,
                                                        content,
                                                        () -> write(sandbox, content),
                                                        () -> read(sandbox)),
                                                bare(
                                                        content,
                                                        () -> replace(host, content),
                                                        () -> Files.readAllBytes(four(host)))),
                                        course.progress()),
                        race(course, "read", "file-read", "into memory")
                                .run(
                                        List.of(
                                                reading(
                                                        tier,
                                                        "oxbow",
                                                        content,
                                                        () -> read(sandbox)),
                                                reading(
                                                        "none",
                                                        "plain file",
                                                        content,
                                                        () -> Files.readAllBytes(four(host)))),
                                        course.progress()));
            } finally {
                provider.destroy(sandbox.id());
            }
        }
    }

    private static Race race(Course course, String what, String mode, String how) {
        return Race.of(
                "4 MiB file, " + what,
                mode,
                "random bytes through `files()`, opened anew each time, %s; what was transferred is compared each time, not timed. HTTP is not there yet."
                        .formatted(how),
                Target.median(15),
                course.rounds(200),
                course.patience());
    }

    private static Path four(Path host) {
        return host.resolve("four");
    }

    private static void write(Sandbox sandbox, byte[] content) throws IOException {
        try (FileTree files = sandbox.files(Sandbox.WORKSPACE)) {
            files.write(FILE, 0644, Optional.empty(), new ByteArrayInputStream(content));
        }
    }

    private static byte[] read(Sandbox sandbox) throws IOException {
        try (FileTree files = sandbox.files(Sandbox.WORKSPACE);
                InputStream in = files.read(FILE)) {
            return in.readAllBytes();
        }
    }

    private static void replace(Path host, byte[] content) throws IOException {
        Path fresh = host.resolve("four.new");
        Files.write(fresh, content);
        Files.move(fresh, four(host), StandardCopyOption.ATOMIC_MOVE);
    }

    @FunctionalInterface
    private interface Reading {
        byte[] bytes() throws IOException;
    }

    private static void same(byte[] content, byte[] read) throws IOException {
        if (!Arrays.equals(content, read)) {
            throw new IOException("not what was written");
        }
    }

    private static Subject ours(String tier, byte[] content, Subject.Work work, Reading back) {
        return new Checked("oxbow", tier, work, () -> same(content, back.bytes()));
    }

    private static Subject bare(byte[] content, Subject.Work work, Reading back) {
        return new Checked("plain file", "none", work, () -> same(content, back.bytes()));
    }

    private static Subject reading(String tier, String name, byte[] content, Reading reading) {
        byte[][] last = {{}};
        return new Checked(
                name,
                tier,
                () -> last[0] = reading.bytes(),
                () -> {
                    same(content, last[0]);
                    last[0] = new byte[0];
                });
    }

    /** Work with a look at what came of it. */
    private record Checked(String name, String tier, Subject.Work work, Subject.Work look)
            implements Subject {
        @Override
        public void once() throws Exception {
            work.run();
        }

        @Override
        public void verify() throws Exception {
            look.run();
        }
    }
}
