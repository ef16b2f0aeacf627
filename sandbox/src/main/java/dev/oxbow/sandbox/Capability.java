package dev.oxbow.sandbox;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Something a provider may or may not be able to do. The kit expects all that the port has a place
 * for unless a lack is declared; a lack is met by a refusal and never by a pretence.
 *
 * <p>Some rest on others: whoever claims one claims what it {@link #implies} as well.
 */
public enum Capability {
    /** Processes survive the death of the Java process that started them. */
    EXEC_DURABLE("exec.durable"),
    /** Output is readable from any kept byte offset. */
    EXEC_CURSOR("exec.cursor"),
    /** {@link Sandbox#openTerminal}. */
    PTY("pty"),
    /** A terminal outlives its viewer and shows whoever comes back what was on it. */
    PTY_REPLAY("pty.replay", PTY),
    /** Files of any size are read and written as they come, not held in memory. */
    FILES_STREAM("files.stream"),
    /** {@link Sandbox#watch}: changes of files are told as they happen. */
    FILES_WATCH("files.watch", FILES_STREAM),
    /** {@link Sandbox#stop} and {@link Sandbox#start} keep the files. */
    STOP_RESUME("stop.resume"),
    /** {@link Sandbox#pause}: frozen with its memory, it goes on where it was. */
    PAUSE_MEMORY("pause.memory"),
    /** A state of the files is kept, immutable, and may outlive its sandbox. */
    SNAPSHOT_FS("snapshot.fs"),
    /** Taking a checkpoint costs the same whatever the size of the tree. */
    CHECKPOINT_FAST("checkpoint.fast", SNAPSHOT_FS),
    /** A sandbox goes back to a checkpoint and keeps its id. */
    ROLLBACK_INPLACE("rollback.inplace", SNAPSHOT_FS),
    /** A sandbox is made from a checkpoint, also while the one it was taken of runs. */
    FORK_RUNNING("fork.running", SNAPSHOT_FS),
    /** A port inside is reached from outside by an address that asks who is there. */
    PREVIEW_PRIVATE("preview.private"),
    /** As {@link #PREVIEW_PRIVATE}, by an address that carries its own leave for a while. */
    PREVIEW_SIGNED("preview.signed", PREVIEW_PRIVATE),
    /** {@link SandboxProvider#list} filters by labels. */
    LABELS_FILTER("labels.filter"),
    /** The provider itself acts when a sandbox is idle. */
    IDLE_NATIVE("idle.native"),
    /** The provider itself ends a sandbox at the end of its life. */
    TTL_NATIVE("ttl.native"),
    /** No connection leaves the sandbox but through {@link Sandbox#openRelay}. */
    NET_DENY("net.deny"),
    /** {@link Sandbox#openRelay}. */
    NET_RELAY("net.relay"),
    /** The provider itself opens the way to named hosts. */
    NET_DOMAINS("net.domains", NET_DENY),
    /** The provider itself decides by method and path. */
    NET_L7("net.l7", NET_DOMAINS),
    /**
     * {@link Sandbox#setNetwork}: what a running sandbox may reach is changed at once, existing
     * connections included.
     */
    NET_SWITCH_LIVE("net.switchLive", NET_DENY),
    /** {@link ProcessExit#oomKilled} rests on evidence. */
    OOM_SIGNAL("oom.signal");

    private final String flag;
    private final Optional<Capability> ground;

    Capability(String flag) {
        this.flag = flag;
        this.ground = Optional.empty();
    }

    Capability(String flag, Capability ground) {
        this.flag = flag;
        this.ground = Optional.of(ground);
    }

    /** The name in JSON and tables. */
    public String flag() {
        return flag;
    }

    /** What whoever offers this must offer too, whole: also what those rest on. */
    public Set<Capability> implies() {
        EnumSet<Capability> all = EnumSet.noneOf(Capability.class);
        ground.ifPresent(below -> {
            all.add(below);
            all.addAll(below.implies());
        });
        return all;
    }

    /** What is left of a claim when a lack is declared: all that rests on it goes with it. */
    public static Set<Capability> without(Collection<Capability> claimed, Capability lacking) {
        EnumSet<Capability> left = EnumSet.noneOf(Capability.class);
        for (Capability each : claimed) {
            if (each != lacking && !each.implies().contains(lacking)) {
                left.add(each);
            }
        }
        return left;
    }

    /** The refusal of whatever needs this, thrown before anything was done. */
    public OxException refusedBy(String provider) {
        return OxException.of(
                        ErrorCode.CAPABILITY_UNSUPPORTED, "%s does not offer %s", provider, flag)
                .with("provider", provider)
                .with("capability", flag);
    }
}
