package dev.oxbow.engine;

import dev.oxbow.base.ByteSize;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.Json;
import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.posix.BootTime;
import dev.oxbow.posix.Directory;
import dev.oxbow.posix.Entry;
import dev.oxbow.posix.FileSpec;
import dev.oxbow.posix.TreePath;
import dev.oxbow.sandbox.SandboxProvider;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sandboxes that must go and could not be removed yet, one file each, so that no process forgets
 * them. Nobody uses them any more; whoever opens the engine tries again. Safe for concurrent use.
 */
final class Leftovers {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm");
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final ByteSize LARGEST = new ByteSize(64 << 10);

    private final Path folder;

    Leftovers(DataDirectory data) {
        this.folder = data.leftovers();
    }

    /**
     * One of them.
     *
     * @param sandbox its id
     * @param provider who has it
     * @param why one line
     * @param since when it was to go, for people
     * @param attempts how often that was tried
     * @param tried the last time; empty if never
     */
    record Leftover(
            String sandbox,
            String provider,
            String why,
            Instant since,
            int attempts,
            Optional<BootTime> tried) {

        private Duration pause() {
            Duration pause = Duration.ofSeconds(5L << Math.min(attempts, 10));
            return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
        }

        boolean due() {
            return tried.flatMap(BootTime::elapsed)
                    .map(passed -> passed.compareTo(pause()) >= 0)
                    .orElse(true);
        }

        private Leftover failed() {
            return new Leftover(
                    sandbox, provider, why, since, attempts + 1, Optional.of(BootTime.now()));
        }

        /** How it stands, for people. */
        String inWords() {
            return "attempt %d since %s, next in %d s; still billed"
                    .formatted(
                            attempts,
                            TIME.format(since.atZone(ZoneId.systemDefault())),
                            pause().toSeconds());
        }
    }

    /** Writes down that a sandbox is to go, before anything is done about it. */
    void add(SandboxProvider provider, SandboxId id, String why) {
        if (find(id).isEmpty()) {
            store(
                    new Leftover(
                            id.value(), provider.name(), why, Instant.now(), 0, Optional.empty()));
        }
    }

    /** The one with that id. */
    Optional<Leftover> find(SandboxId id) {
        try (Directory directory = Directory.open(folder)) {
            TreePath file = TreePath.of(id.value());
            return load(directory, file);
        }
    }

    /** All of them. */
    List<Leftover> all() {
        List<Leftover> found = new ArrayList<>();
        try (Directory directory = Directory.open(folder)) {
            for (Entry entry : directory.list(TreePath.ROOT)) {
                if (entry.path().toString().startsWith(SandboxId.PREFIX)) {
                    load(directory, entry.path()).ifPresent(found::add);
                }
            }
        }
        return found;
    }

    /** Empty only if it is not there, or not any more. */
    private static Optional<Leftover> load(Directory directory, TreePath file) {
        try {
            String text = new String(directory.readAll(file, LARGEST), StandardCharsets.UTF_8);
            return Optional.of(Json.read(text, Leftover.class));
        } catch (OxException e) {
            if (e.code() == ErrorCode.FILE_NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        } catch (Json.MalformedJson e) {
            throw OxException.of(
                            ErrorCode.STORE_UNREADABLE, "%s/%s cannot be read", directory, file)
                    .causedBy(e);
        }
    }

    private void store(Leftover leftover) {
        try (Directory directory = Directory.open(folder)) {
            directory.write(
                    TreePath.of(leftover.sandbox()),
                    FileSpec.mode(0600).synced(),
                    Json.write(leftover).getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Removes what was added; a failure is written down, and told by what is left. */
    Optional<OxException> remove(SandboxProvider provider, SandboxId id) {
        try {
            provider.destroy(id);
        } catch (OxException e) {
            find(id).ifPresent(known -> store(known.failed()));
            return Optional.of(e);
        }
        try (Directory directory = Directory.open(folder)) {
            directory.remove(TreePath.of(id.value()));
        }
        return Optional.empty();
    }

    /** Tries again what is due, on a thread of its own: a provider may take its time. */
    Thread retry(Map<String, SandboxProvider> providers) {
        return Thread.ofVirtual().name("leftovers").start(() -> retryNow(providers));
    }

    private void retryNow(Map<String, SandboxProvider> providers) {
        try {
            for (Leftover leftover : all()) {
                SandboxProvider provider = providers.get(leftover.provider());
                if (provider != null && leftover.due() && !Thread.interrupted()) {
                    var _ = remove(provider, new SandboxId(leftover.sandbox()));
                }
            }
        } catch (OxException unreadable) {
            // Told by every look-up for a sandbox, which reads the same records and goes no
            // further.
            Thread.currentThread().interrupt();
        }
    }
}
