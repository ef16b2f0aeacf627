package dev.oxbow.providers.fake;

import dev.oxbow.providers.fake.MemoryTask.Streams;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Programs that change files, and one that uses the network. */
final class MemoryFilePrograms {
    private MemoryFilePrograms() {}

    static int mkdir(MemoryTask task, List<String> args) throws IOException {
        boolean parents = args.getFirst().equals("-p");
        for (String path : parents ? args.subList(1, args.size()) : args) {
            String done = path.startsWith("/") ? "/" : "";
            String[] names = path.split("/", -1);
            for (int i = 0; i < names.length; i++) {
                done += names[i] + (i < names.length - 1 ? "/" : "");
                if (names[i].isEmpty() || (!parents && i < names.length - 1)) {
                    continue;
                }
                makeDirectory(task, done.replaceAll("/$", ""), parents);
            }
        }
        return 0;
    }

    private static void makeDirectory(MemoryTask task, String path, boolean parents)
            throws IOException {
        MemoryPaths paths = task.machine().paths();
        MemoryFiles files = task.machine().files();
        if (paths.find(task.cwd(), path).isEmpty()) {
            paths.put(
                    paths.place(task.cwd(), path),
                    new Node.Directory(files.nextInode(), 0755, files.now()));
        } else if (!parents) {
            throw new IOException(path + ": file exists");
        }
    }

    static int mkfifo(MemoryTask task, List<String> args) throws IOException {
        MemoryFiles files = task.machine().files();
        for (String path : args) {
            MemoryPaths paths = task.machine().paths();
            paths.put(
                    paths.place(task.cwd(), path),
                    new Node.Fifo(files.nextInode(), 0644, files.now()));
        }
        return 0;
    }

    static int ln(MemoryTask task, List<String> args) throws IOException {
        if (args.size() != 3 || !args.getFirst().equals("-s")) {
            return task.fail(2, "only -s TARGET NAME");
        }
        MemoryPaths paths = task.machine().paths();
        MemoryFiles files = task.machine().files();
        MemoryPaths.Place place = paths.place(task.cwd(), args.get(2));
        byte[] target = args.get(1).getBytes(StandardCharsets.UTF_8);
        paths.put(place, new Node.Link(files.nextInode(), target, files.now()));
        return 0;
    }

    /** From one name to another; never into a directory. */
    static int mv(MemoryTask task, List<String> args) throws IOException {
        if (args.size() != 2) {
            return task.fail(2, "only FROM TO");
        }
        MemoryPaths paths = task.machine().paths();
        Optional<Node> node = paths.findSelf(task.cwd(), args.getFirst());
        if (node.isEmpty()) {
            return task.fail(1, args.getFirst() + ": no such file");
        }
        MemoryPaths.Place to = paths.place(task.cwd(), args.getLast());
        paths.remove(paths.place(task.cwd(), args.getFirst()));
        paths.put(to, node.get());
        return 0;
    }

    static int rm(MemoryTask task, List<String> args) throws IOException {
        boolean force = args.getFirst().startsWith("-");
        MemoryPaths paths = task.machine().paths();
        for (String path : force ? args.subList(1, args.size()) : args) {
            if (paths.findSelf(task.cwd(), path).isPresent()) {
                paths.remove(paths.place(task.cwd(), path));
            } else if (!force) {
                return task.fail(1, path + ": no such file");
            }
        }
        return 0;
    }

    static int chmod(MemoryTask task, List<String> args) throws IOException {
        int mode = Integer.parseInt(args.getFirst(), 8);
        for (String path : args.subList(1, args.size())) {
            Optional<Node> node = task.machine().paths().find(task.cwd(), path);
            if (node.isEmpty()) {
                return task.fail(1, path + ": no such file");
            }
            node.get().setMode(mode, task.machine().files().now());
        }
        return 0;
    }

    /** Sends its whole input to a port and prints what comes back. */
    static int connect(MemoryTask task, List<String> args, Streams io) throws IOException {
        Optional<SocketChannel> found = task.machine().connect(Integer.parseInt(args.getFirst()));
        if (found.isEmpty()) {
            return task.fail(1, "connection refused");
        }
        try (SocketChannel channel = found.get()) {
            OutputStream out = Channels.newOutputStream(channel);
            io.in().transferTo(out);
            channel.shutdownOutput();
            Channels.newInputStream(channel).transferTo(io.out());
        }
        return 0;
    }
}
