package dev.oxbow.providers.local;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.Posix;
import dev.oxbow.sandbox.Relay;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A {@code socat} that stands in the sandbox's network and in the host's file system, and so can
 * listen in one and connect in the other. It is outside the sandbox's process namespace: from
 * inside it can be connected to and nothing else.
 *
 * <p>It is a process group of its own, so that its connections end with it.
 */
final class SocatRelay implements Relay {
    /** At a time: each is a process of the host, and no limit of the sandbox counts it. */
    private static final int MOST_CONNECTIONS = 512;

    private final int port;
    private final Path file;

    private SocatRelay(int port, Path file) {
        this.port = port;
        this.file = file;
    }

    /** Under the sandbox's lock. */
    static SocatRelay open(
            Site site, SandboxFolder folder, StoredSandbox sandbox, int port, Path socket) {
        if (site.tools().find("socat").isEmpty()) {
            throw OxException.of(ErrorCode.ISOLATION_UNAVAILABLE, "the program socat is missing")
                    .suggest("Install the package 'socat'.");
        }
        Path file = folder.relays().resolve(Integer.toString(port));
        SocatRelay relay = new SocatRelay(port, file);
        long holder = sandbox.holder().orElseThrow().pid();
        Optional<Written> known = Written.read(file);
        if (known.isPresent() && ProcessTable.alive(known.get().process())) {
            if (!known.get().socket().equals(socket.toString())) {
                throw OxException.of(
                        ErrorCode.IDEMPOTENCY_KEY_REUSED,
                        "port %d of sandbox %s leads to another socket",
                        port,
                        sandbox.id());
            }
            return relay;
        }
        if (listens(holder, port)) {
            throw OxException.of(
                    ErrorCode.INVALID_ARGUMENT, "port %d is in use in the sandbox", port);
        }
        deleteFile(file);
        site.launch(
                script(site, sandbox, file, port, socket),
                () -> Written.read(file).isPresent(),
                "the relay on port " + port);
        awaitListening(site, relay, holder);
        return relay;
    }

    private static String script(
            Site site, StoredSandbox sandbox, Path file, int port, Path socket) {
        String escaped = socket.toString().replaceAll("([\\\\:,!'\"(\\[{])", "\\\\$1");
        List<String> words =
                new ArrayList<>(
                        List.of(site.tools().path("setsid"), site.tools().path("sh"), "-c"));
        String listen =
                "TCP4-LISTEN:%d,bind=127.0.0.1,fork,reuseaddr,backlog=1024,max-children=%d"
                        .formatted(port, MOST_CONNECTIONS);
        StringBuilder inner = new StringBuilder();
        inner.append("read -r me </proc/self/stat\nF=").append(ShellWord.quote(file.toString()));
        inner.append("\nprintf '%s\\n%s\\n' ").append(ShellWord.quote(socket.toString()));
        inner.append(" \"$me\" >\"$F.next\" && mv \"$F.next\" \"$F\" || exit 1\n");
        inner.append("exec ")
                .append(ShellWord.quote(site.join(sandbox).network()))
                .append(' ')
                .append(
                        ShellWord.quote(
                                List.of(
                                        site.tools().path("socat"),
                                        listen,
                                        // Between two drivers nobody listens for a moment.
                                        "UNIX-CONNECT:" + escaped + retrying(site))));
        words.add(inner.toString());
        // In the background: the launcher ends when what it started is killed.
        return "PATH=/usr/bin:/bin\nexec </dev/null >/dev/null 2>&1\n"
                + ShellWord.quote(words)
                + " &\nexit 0\n";
    }

    private static String retrying(Site site) {
        long times = site.config().relayPatience().dividedBy(Duration.ofMillis(100));
        return ",interval=0.1,retry=" + times;
    }

    private static void awaitListening(Site site, SocatRelay relay, long holder) {
        Deadline deadline = site.patience();
        Waiting waiting = new Waiting();
        try {
            while (!listens(holder, relay.port)) {
                boolean gone =
                        Written.read(relay.file)
                                .filter(w -> ProcessTable.alive(w.process()))
                                .isEmpty();
                if (gone || deadline.expired()) {
                    relay.close();
                    throw OxException.of(
                            ErrorCode.PROVIDER_UNAVAILABLE,
                            "the relay on port %d could not listen",
                            relay.port);
                }
                waiting.nap(deadline);
            }
        } catch (InterruptedException e) {
            relay.close();
            Thread.currentThread().interrupt();
            throw OxException.of(
                    ErrorCode.OPERATION_INTERRUPTED, "interrupted while a relay was opened");
        }
    }

    /** Whether somebody listens on 127.0.0.1 in the network of that process. */
    private static boolean listens(long holder, int port) {
        String local = String.format(Locale.ROOT, "0100007F:%04X", port);
        return ProcessTable.read(holder + "/net/tcp")
                .filter(table ->
                        table.lines()
                                .map(line -> line.strip().split("\\s+", -1))
                                .anyMatch(f ->
                                        f.length > 3 && f[1].equals(local) && f[3].equals("0A")))
                .isPresent();
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void close() {
        Written.read(file).filter(w -> ProcessTable.alive(w.process())).ifPresent(Written::kill);
        deleteFile(file);
    }

    /**
     * Ends all relays of a sandbox, and waits until no process is left through which a byte could
     * pass: connections too whose relay died before, of which nothing is written down.
     *
     * @param holder of the sandbox, by whose network they are found
     * @throws OxException {@code POLICY_NOT_ENFORCED} if one is still there at the deadline
     */
    static void cutAll(SandboxFolder folder, Optional<ProcessRef> holder, Deadline deadline) {
        List<Long> groups = new ArrayList<>();
        for (Path file : files(folder)) {
            Written.read(file)
                    .filter(w -> ProcessTable.alive(w.process()))
                    .ifPresent(w -> groups.add(w.process().pid()));
        }
        closeAll(folder);
        Waiting waiting = new Waiting();
        try {
            while (endConnections(holder)
                    || (!groups.isEmpty() && ProcessTable.anyInGroups(groups))) {
                if (deadline.expired()) {
                    throw OxException.of(
                            ErrorCode.POLICY_NOT_ENFORCED, "a way out could not be closed");
                }
                waiting.nap(deadline);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw OxException.of(
                    ErrorCode.OPERATION_INTERRUPTED, "interrupted while ways out were closed");
        }
    }

    /** Whether one was there; a network whose holder is dead has nobody left who could use it. */
    private static boolean endConnections(Optional<ProcessRef> holder) {
        List<ProcessRef> left =
                holder.filter(ProcessTable::alive)
                        .map(h -> ProcessTable.outsideInNetworkOf(h.pid()))
                        .orElse(List.of());
        left.stream().filter(ProcessTable::alive).forEach(p -> Posix.kill(p.pid(), 9));
        return !left.isEmpty();
    }

    /** Ends all relays of a sandbox. */
    static void closeAll(SandboxFolder folder) {
        files(folder).forEach(file -> new SocatRelay(0, file).close());
    }

    private static List<Path> files(SandboxFolder folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.relays())) {
            List<Path> found = new ArrayList<>();
            files.forEach(found::add);
            return found;
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.STORE_UNREADABLE,
                            "the relays in %s cannot be listed: %s",
                            folder.relays(),
                            Why.of(e))
                    .causedBy(e);
        }
    }

    private static void deleteFile(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.STORE_UNREADABLE, "%s cannot be removed: %s", file, Why.of(e))
                    .causedBy(e);
        }
    }

    /**
     * What is written down of a relay.
     *
     * @param socket where it leads
     * @param process leader of its process group
     */
    private record Written(String socket, ProcessRef process) {
        static Optional<Written> read(Path file) {
            try {
                List<String> lines = Files.readAllLines(file);
                return lines.size() < 2
                        ? Optional.empty()
                        : ProcessTable.parseStat(lines.get(1))
                                .map(p -> new Written(lines.get(0), p));
            } catch (NoSuchFileException absent) {
                return Optional.empty();
            } catch (IOException e) {
                throw OxException.of(
                                ErrorCode.STORE_UNREADABLE,
                                "%s cannot be read: %s",
                                file,
                                Why.of(e))
                        .causedBy(e);
            }
        }

        void kill() {
            Posix.kill(-process.pid(), 9);
        }
    }
}
