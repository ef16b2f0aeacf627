package dev.oxbow.providers.fake;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.FileTree;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** The files of one sandbox in memory, and views of them by {@link FileTree}. */
final class MemoryFiles {
    /** Guards every node. Reading a writer's source never happens under it. */
    private final ReentrantLock lock = new ReentrantLock();

    private final AtomicLong inodes = new AtomicLong(1);
    private final Clock clock;
    private final Node.Directory root;

    MemoryFiles(Clock clock) {
        this.clock = clock;
        this.root = new Node.Directory(1, 0755, now());
    }

    ReentrantLock lock() {
        return lock;
    }

    Node.Directory root() {
        return root;
    }

    long now() {
        Instant instant = clock.instant();
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }

    long nextInode() {
        return inodes.incrementAndGet();
    }

    /** A view below an absolute directory. */
    FileTree tree(String directory) {
        TreePath path = TreePath.of(directory.replaceAll("^/+|/+$", ""));
        lock.lock();
        try {
            Node found = root;
            for (byte[] name : path.components()) {
                found = step(found, name, path);
                if (found instanceof Node.Link) {
                    throw escape(path);
                }
            }
            if (!(found instanceof Node.Directory base)) {
                throw OxException.of(ErrorCode.NOT_DIRECTORY, "%s is not a directory", directory);
            }
            return new View(base);
        } finally {
            lock.unlock();
        }
    }

    /** A copy of what is in those directories, all as they are at one moment. */
    MemoryImage save(List<String> directories) {
        lock.lock();
        try {
            Map<String, Node.Directory> copies = new LinkedHashMap<>();
            directories.forEach(each -> copies.put(each, room(each).copy()));
            return new MemoryImage(copies);
        } finally {
            lock.unlock();
        }
    }

    /** Makes the content of the directories that of the copy; they stay themselves. */
    void restore(MemoryImage image) {
        lock.lock();
        try {
            image.rooms().forEach((directory, copy) -> room(directory).become(copy));
        } finally {
            lock.unlock();
        }
    }

    private Node.Directory room(String directory) {
        Node found = root;
        TreePath path = TreePath.of(directory.substring(1));
        for (byte[] name : path.components()) {
            found = step(found, name, path);
        }
        if (found instanceof Node.Directory room) {
            return room;
        }
        throw OxException.of(ErrorCode.NOT_DIRECTORY, "%s is not a directory", directory);
    }

    private static Node step(Node in, byte[] name, TreePath path) {
        return switch (in) {
            case Node.Directory d -> {
                Node next = d.names().get(name);
                if (next == null) {
                    throw OxException.of(
                            ErrorCode.FILE_NOT_FOUND, "%s: no such file or directory", path);
                }
                yield next;
            }
            case Node.Link _ -> throw escape(path);
            default ->
                    throw OxException.of(
                            ErrorCode.NOT_DIRECTORY, "%s: a part is not a directory", path);
        };
    }

    private static OxException escape(TreePath path) {
        return OxException.of(ErrorCode.PATH_ESCAPE, "%s: a symbolic link is on the way", path);
    }

    /** One view; what it holds is only where it begins. */
    private final class View implements FileTree {
        private final Node.Directory base;

        View(Node.Directory base) {
            this.base = base;
        }

        private Node find(TreePath path) {
            Node found = base;
            for (byte[] name : path.components()) {
                found = step(found, name, path);
            }
            return found;
        }

        private Node.Directory parent(TreePath path) {
            return switch (find(path.parent())) {
                case Node.Directory d -> d;
                case Node.Link _ -> throw escape(path);
                default ->
                        throw OxException.of(
                                ErrorCode.NOT_DIRECTORY, "%s: the parent is no directory", path);
            };
        }

        private void put(TreePath path, Node node) {
            Node.Directory parent = parent(path);
            if (path.isRoot() || parent.names().get(path.name()) instanceof Node.Directory) {
                throw OxException.of(ErrorCode.IS_DIRECTORY, "%s is a directory", path);
            }
            parent.names().put(path.name(), node);
            parent.modifiedAt(now(), now());
        }

        @Override
        public List<Entry> scan(Predicate<TreePath> descend) {
            lock.lock();
            try {
                List<Entry> found = new ArrayList<>();
                scan(base, TreePath.ROOT, descend, found);
                found.sort((a, b) -> a.path().compareTo(b.path()));
                return found;
            } finally {
                lock.unlock();
            }
        }

        private void scan(
                Node.Directory in, TreePath at, Predicate<TreePath> descend, List<Entry> into) {
            for (Map.Entry<byte[], Node> name : in.names().entrySet()) {
                TreePath path = at.resolve(name.getKey());
                into.add(name.getValue().entry(path));
                if (name.getValue() instanceof Node.Directory below && descend.test(path)) {
                    scan(below, path, descend, into);
                }
            }
        }

        @Override
        public Optional<Entry> stat(TreePath path) {
            lock.lock();
            try {
                return Optional.of(find(path).entry(path));
            } catch (OxException absent) {
                if (absent.code() == ErrorCode.FILE_NOT_FOUND
                        || absent.code() == ErrorCode.NOT_DIRECTORY) {
                    return Optional.empty();
                }
                throw absent;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public InputStream read(TreePath path) {
            lock.lock();
            try {
                return switch (find(path)) {
                    case Node.File file -> new ByteArrayInputStream(file.content());
                    case Node.Directory _ ->
                            throw OxException.of(ErrorCode.IS_DIRECTORY, "%s is a directory", path);
                    case Node.Link _ -> throw escape(path);
                    case Node.Fifo _ ->
                            throw OxException.of(
                                    ErrorCode.SYNC_UNREADABLE, "%s is no regular file", path);
                };
            } finally {
                lock.unlock();
            }
        }

        @Override
        public byte[] readLink(TreePath path) {
            lock.lock();
            try {
                if (find(path) instanceof Node.Link link) {
                    return link.target();
                }
                throw OxException.of(ErrorCode.SYNC_UNREADABLE, "%s is not a symbolic link", path);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void write(TreePath path, int mode, Optional<Long> mtimeNanos, InputStream content)
                throws IOException {
            lock.lock();
            try {
                Node.Directory _ = parent(path);
            } finally {
                lock.unlock();
            }
            byte[] bytes = content.readAllBytes();
            lock.lock();
            try {
                Node.File file = new Node.File(nextInode(), mode, now());
                file.append(bytes, 0, bytes.length);
                mtimeNanos.ifPresent(time -> file.modifiedAt(time, now()));
                put(path, file);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void symlink(TreePath path, byte[] target) {
            lock.lock();
            try {
                put(path, new Node.Link(nextInode(), target, now()));
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void mkdir(TreePath path, int mode) {
            lock.lock();
            try {
                if (path.isRoot()) {
                    return;
                }
                Node.Directory parent = parent(path);
                Node there = parent.names().get(path.name());
                if (there == null) {
                    parent.names().put(path.name(), new Node.Directory(nextInode(), mode, now()));
                } else if (!(there instanceof Node.Directory)) {
                    throw OxException.of(
                            ErrorCode.FILE_EXISTS, "%s exists and is no directory", path);
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void setMode(TreePath path, int mode) {
            lock.lock();
            try {
                Node node = find(path);
                if (node instanceof Node.Link) {
                    throw escape(path);
                }
                node.setMode(mode, now());
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void rename(TreePath from, TreePath to) {
            lock.lock();
            try {
                Node node = find(from);
                Node.Directory source = parent(from);
                Node.Directory target = parent(to);
                Node there = target.names().get(to.name());
                if (there instanceof Node.Directory) {
                    throw OxException.of(ErrorCode.IS_DIRECTORY, "%s is a directory", to);
                }
                if (node instanceof Node.Directory && (there != null || to.startsWith(from))) {
                    throw OxException.of(ErrorCode.NOT_DIRECTORY, "%s cannot become %s", from, to);
                }
                source.names().remove(from.name());
                target.names().put(to.name(), node);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void remove(TreePath path) {
            remove(path, false);
        }

        @Override
        public void removeTree(TreePath path) {
            remove(path, true);
        }

        private void remove(TreePath path, boolean whole) {
            lock.lock();
            try {
                Node.Directory parent = parent(path);
                if (!whole
                        && parent.names().get(path.name()) instanceof Node.Directory d
                        && !d.names().isEmpty()) {
                    throw OxException.of(
                            ErrorCode.IS_DIRECTORY, "%s is a directory and not empty", path);
                }
                parent.names().remove(path.name());
            } catch (OxException absent) {
                if (absent.code() != ErrorCode.FILE_NOT_FOUND) {
                    throw absent;
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
