package dev.oxbow.providers.fake;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Paths as programs inside use them: absolute or relative, through links. */
final class MemoryPaths {
    private static final int MAX_LINKS = 40;

    private final MemoryFiles files;
    private final ReentrantLock lock;

    MemoryPaths(MemoryFiles files) {
        this.files = files;
        this.lock = files.lock();
    }

    /** A directory and a name in it, whether or not anything has that name. */
    record Place(Node.Directory parent, byte[] name) {}

    /** What is at a path, links followed; empty if nothing. */
    Optional<Node> find(String cwd, String path) {
        lock.lock();
        try {
            return walk(cwd, path, true);
        } finally {
            lock.unlock();
        }
    }

    /** What is at a path, the last link not followed; empty if nothing. */
    Optional<Node> findSelf(String cwd, String path) {
        lock.lock();
        try {
            return walk(cwd, path, false);
        } finally {
            lock.unlock();
        }
    }

    private Optional<Node> walk(String cwd, String path, boolean followLast) {
        Deque<String> left = new ArrayDeque<>();
        push(left, path.startsWith("/") ? path : cwd + "/" + path);
        Deque<Node.Directory> way = new ArrayDeque<>();
        way.push(files.root());
        int links = 0;
        while (!left.isEmpty()) {
            String name = left.pop();
            if (name.equals("..")) {
                if (way.size() > 1) {
                    way.pop();
                }
                continue;
            }
            Node next = way.getFirst().names().get(name.getBytes(StandardCharsets.UTF_8));
            switch (next) {
                case null -> {
                    return Optional.empty();
                }
                case Node.Link link when !left.isEmpty() || followLast -> {
                    if (++links > MAX_LINKS) {
                        return Optional.empty();
                    }
                    String target = new String(link.target(), StandardCharsets.UTF_8);
                    if (target.startsWith("/")) {
                        way.clear();
                        way.push(files.root());
                    }
                    push(left, target);
                }
                case Node.Directory directory -> way.push(directory);
                default -> {
                    return left.isEmpty() ? Optional.of(next) : Optional.empty();
                }
            }
        }
        return Optional.of(way.getFirst());
    }

    private static void push(Deque<String> left, String path) {
        Iterable<String> names = List.of(path.split("/", -1)).reversed();
        for (String name : names) {
            if (!name.isEmpty() && !name.equals(".")) {
                left.push(name);
            }
        }
    }

    /** The directory above a path and its last name. */
    Place place(String cwd, String path) throws IOException {
        int slash = path.lastIndexOf('/');
        String above = slash < 0 ? "." : slash == 0 ? "/" : path.substring(0, slash);
        if (find(cwd, above).orElse(null) instanceof Node.Directory parent) {
            return new Place(parent, path.substring(slash + 1).getBytes(StandardCharsets.UTF_8));
        }
        throw new FileNotFoundException(path + ": no such file or directory");
    }

    void put(Place place, Node node) {
        lock.lock();
        try {
            place.parent().names().put(place.name(), node);
        } finally {
            lock.unlock();
        }
    }

    void remove(Place place) {
        lock.lock();
        try {
            place.parent().names().remove(place.name());
        } finally {
            lock.unlock();
        }
    }

    /** The whole content of a file. */
    byte[] read(String cwd, String path) throws IOException {
        lock.lock();
        try {
            if (walk(cwd, path, true).orElse(null) instanceof Node.File file) {
                return file.content();
            }
        } finally {
            lock.unlock();
        }
        throw new FileNotFoundException(path + ": no such file");
    }

    /** Opens a file for writing, making it if it is absent. */
    OutputStream write(String cwd, String path, boolean append) throws IOException {
        Node.File file;
        if (find(cwd, path).orElse(null) instanceof Node.File there) {
            file = there;
        } else {
            file = new Node.File(files.nextInode(), 0644, files.now());
            Place place = place(cwd, path);
            if (find(cwd, path).isPresent()) {
                throw new IOException(path + ": is no regular file");
            }
            put(place, file);
        }
        if (!append) {
            lock.lock();
            try {
                file.truncate();
            } finally {
                lock.unlock();
            }
        }
        return new FileOutput(file);
    }

    private final class FileOutput extends OutputStream {
        private final Node.File file;

        FileOutput(Node.File file) {
            this.file = file;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            lock.lock();
            try {
                file.append(bytes, offset, length);
                file.modifiedAt(files.now(), files.now());
            } finally {
                lock.unlock();
            }
        }
    }
}
