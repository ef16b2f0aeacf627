package dev.oxbow.providers.local;

import dev.oxbow.base.Deadline;
import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.posix.MemoryFile;
import dev.oxbow.posix.Posix;
import dev.oxbow.sandbox.SandboxState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/** Has the launcher mount, show, copy and join layers. Safe for concurrent use. */
final class LayerMounts {
    /** Copying takes as long as it takes; this only ends what hangs. */
    private static final Duration COPYING = Duration.ofMinutes(30);

    private static final Duration LOOK = Duration.ofMillis(50);

    /** How long the last words of somebody who has ended may take to be heard. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    /** What a process says first that works on layers, and then its number. */
    private static final String BY = "by ";

    private final Site site;
    private final LayerStore store;

    LayerMounts(Site site, LayerStore store) {
        this.site = site;
        this.store = store;
    }

    /** Puts a stack in the place of the files that a standing sandbox shows. */
    void attach(StoredSandbox sandbox, LayerStack stack) {
        attach(sandbox, stack, "");
    }

    /** As {@link #attach}, and nothing is left of memory that processes shared. */
    void attachAnew(StoredSandbox sandbox, LayerStack stack) {
        attach(sandbox, stack, "1");
    }

    private void attach(StoredSandbox sandbox, LayerStack stack, String forget) {
        Map<String, String> where =
                Map.of(
                        "holder",
                        Long.toString(sandbox.holder().orElseThrow().pid()),
                        "monitor",
                        Long.toString(sandbox.monitor().orElseThrow().pid()),
                        "forget",
                        forget);
        String unusedNothing =
                ask(request(LayerRequest.What.ATTACH, sandbox, stack, where), site.patience());
    }

    private LayerRequest request(
            LayerRequest.What what,
            StoredSandbox sandbox,
            LayerStack stack,
            Map<String, String> more) {
        return new LayerRequest(
                what,
                site.root(),
                store.layer(stack.upper().orElseThrow()),
                stack.lowers().stream().map(store::layer).toList(),
                sandbox.uid(),
                more);
    }

    /** Opens something of a stack that no holder shows. */
    <T> T view(StoredSandbox sandbox, LayerStack stack, Opening<T> opening) {
        String said =
                ask(request(LayerRequest.What.VIEW, sandbox, stack, Map.of()), site.patience());
        String[] words = said.split(" ", 2);
        long shower = Long.parseLong(words[0]);
        try {
            // What is opened stays mounted for as long as it is open.
            return opening.open(Path.of("/proc/" + shower + "/root" + words[1]));
        } finally {
            boolean unusedGone = Posix.kill(shower, 9);
        }
    }

    /** Opens something below a folder that is there for the moment only. */
    interface Opening<T> {
        T open(Path files);
    }

    /**
     * Copies what has changed in the topmost layer of a sandbox, which stands still meanwhile.
     *
     * @param index what it held the last time; empty to copy all
     * @return how many files and links the copy has
     */
    long delta(StoredSandbox sandbox, Path top, Path into, Optional<Path> index, Path nextIndex) {
        // One that is paused stands still already, and goes on doing so.
        boolean standing = sandbox.held() && sandbox.state() != SandboxState.PAUSED;
        Map<String, String> more =
                Map.of(
                        "into",
                        into.toString(),
                        "index",
                        index.map(Path::toString).orElse(""),
                        "next",
                        nextIndex.toString(),
                        "group",
                        standing ? sandbox.groups().track().orElse("") : "",
                        "holder",
                        standing ? Long.toString(sandbox.holder().orElseThrow().pid()) : "");
        String said =
                ask(
                        new LayerRequest(
                                LayerRequest.What.DELTA,
                                site.root(),
                                top,
                                List.of(),
                                Optional.empty(),
                                more),
                        Deadline.in(COPYING));
        return Long.parseLong(said.strip());
    }

    /**
     * Makes an empty layer say what several say together. Takes their files under a second name
     * where it can, so that it needs little room.
     *
     * @param layers frozen ones, topmost first
     * @param bottom whether there is nothing below them that it must hide
     */
    void join(Path into, List<Path> layers, Optional<Integer> uid, boolean bottom) {
        String unusedNothing =
                ask(
                        new LayerRequest(
                                LayerRequest.What.JOIN,
                                site.root(),
                                into,
                                layers,
                                uid,
                                Map.of("bottom", bottom ? "1" : "")),
                        Deadline.in(COPYING));
    }

    /**
     * Tries what layers are made of; the reason if it does not work.
     *
     * @throws OxException if it was not to be told: the trial did not come to an end
     */
    Optional<String> probe(Path top, List<Path> lowers, Optional<Integer> uid) {
        try {
            String unusedNothing =
                    ask(
                            new LayerRequest(
                                    LayerRequest.What.PROBE,
                                    site.root(),
                                    top,
                                    lowers,
                                    uid,
                                    Map.of()),
                            site.patience());
            return Optional.empty();
        } catch (OxException e) {
            boolean refused =
                    e.code() == ErrorCode.PROVIDER_UNAVAILABLE
                            && e.admitted() == OxException.Admitted.NO;
            if (!refused) {
                throw e;
            }
            return Optional.of(e.getMessage());
        }
    }

    private String ask(LayerRequest request, Deadline deadline) {
        String id = UUID.randomUUID().toString();
        try (MemoryFile file = MemoryFile.of(request.bytes(id));
                Notices.Ear ear = site.launcher().notices().listen(Notices.Topic.LAYERED, id)) {
            Process launcher = site.launcher().layer(id, file.path());
            BooleanSupplier working = launcher::isAlive;
            while (true) {
                boolean worked = working.getAsBoolean();
                Optional<String> heard =
                        ear.await(deadline, (worked ? LOOK : LAST_WORDS).toNanos());
                if (heard.isPresent() && heard.get().startsWith(BY)) {
                    working = worker(heard.get());
                    continue;
                }
                if (heard.isPresent()) {
                    return answer(request, heard.get());
                }
                if (!worked) {
                    throw failure(request, "who was at it has ended")
                            .admitted(OxException.Admitted.UNKNOWN);
                }
                if (deadline.expired()) {
                    throw OxException.of(
                                    ErrorCode.PROVIDER_TIMEOUT,
                                    "%s took too long",
                                    described(request))
                            .admitted(OxException.Admitted.UNKNOWN);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw OxException.of(
                            ErrorCode.OPERATION_INTERRUPTED, "interrupted: %s", described(request))
                    .admitted(OxException.Admitted.UNKNOWN);
        }
    }

    /** Whether the process that has come forward is still there. */
    private static BooleanSupplier worker(String heard) {
        Optional<ProcessRef> who =
                ProcessTable.find(Long.parseLong(heard.substring(BY.length()).strip()));
        return () -> who.filter(ProcessTable::alive).isPresent();
    }

    private static String answer(LayerRequest request, String heard) {
        String[] words = heard.split(" ", 2);
        String rest = words.length > 1 ? words[1].strip() : "";
        if (words[0].equals("ok")) {
            return rest;
        }
        throw failure(request, rest);
    }

    private static OxException failure(LayerRequest request, String why) {
        boolean full = why.contains("No space left") || why.contains("Disk quota");
        return OxException.of(
                full ? ErrorCode.NO_SPACE : ErrorCode.PROVIDER_UNAVAILABLE,
                "%s failed: %s",
                described(request),
                why);
    }

    private static String described(LayerRequest request) {
        return switch (request.what()) {
            case ATTACH -> "mounting the files of the sandbox";
            case VIEW -> "showing the files of the sandbox";
            case DELTA -> "copying what has changed";
            case JOIN -> "joining layers";
            case PROBE -> "a trial";
        };
    }
}
