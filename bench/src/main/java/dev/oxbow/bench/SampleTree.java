package dev.oxbow.bench;

import dev.oxbow.bench.peer.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * A git repository of known shape: many small files, some large ones, the same on every machine.
 */
final class SampleTree {
    private static final int PER_FOLDER = 100;
    private final Path root;
    private final int files;

    private SampleTree(Path root, int files) {
        this.root = root;
        this.files = files;
    }

    /**
     * Makes and commits one.
     *
     * @param root folder to make
     * @param files how many files
     * @param bytes how much in all; nine of ten files share a tenth of it
     */
    static SampleTree make(Path root, int files, long bytes) throws Exception {
        Random random = new Random(20_260_101);
        long small = bytes / 10 / Math.max(1, files * 9L / 10);
        long large = bytes * 9 / 10 / Math.max(1, files / 10);
        for (int i = 0; i < files; i++) {
            Path folder = root.resolve("d%03d".formatted(i / PER_FOLDER));
            Files.createDirectories(folder);
            byte[] content = new byte[(int) (i % 10 == 0 ? large : small)];
            random.nextBytes(content);
            Files.write(folder.resolve("f%02d.bin".formatted(i % PER_FOLDER)), content);
        }
        SampleTree tree = new SampleTree(root, files);
        tree.git("init", "-q", "-b", "main");
        // Packing in the background would run beside the first rounds, and move files under rsync.
        tree.git("config", "gc.auto", "0");
        tree.git("config", "maintenance.auto", "false");
        tree.git("add", "-A");
        tree.git("-c", "user.name=b", "-c", "user.email=b@b", "commit", "-q", "-m", "sample");
        return tree;
    }

    /** Another one that is the same. */
    SampleTree copy(Path to) throws Exception {
        Command.run("cp", "-a", root.toString(), to.toString());
        return new SampleTree(to, files);
    }

    Path root() {
        return root;
    }

    /** Gives one file, another one each time, new content. */
    void changeOne(int round) throws IOException {
        int i = Math.floorMod(round * 7919, files);
        Path file = root.resolve("d%03d/f%02d.bin".formatted(i / PER_FOLDER, i % PER_FOLDER));
        byte[] content = new byte[4096];
        new Random(round).nextBytes(content);
        Files.write(file, content);
    }

    /** Edits eight files, removes one that an earlier call brought, and renames another. */
    void changeTen(int round) throws IOException {
        for (int i = 0; i < 8; i++) {
            changeOne(8 * round + i);
        }
        Path here = root.resolve("d000");
        Files.deleteIfExists(here.resolve("removed-" + (round - 1)));
        Files.writeString(here.resolve("removed-" + round), "round " + round);
        if (Files.exists(here.resolve("renamed-" + (round - 1)))) {
            Files.move(here.resolve("renamed-" + (round - 1)), here.resolve("renamed-" + round));
        } else {
            Files.writeString(here.resolve("renamed-" + round), "renamed");
        }
    }

    private void git(String... args) throws Exception {
        List<String> argv = new java.util.ArrayList<>(List.of("git"));
        argv.addAll(List.of(args));
        Command.run(root, argv);
    }
}
