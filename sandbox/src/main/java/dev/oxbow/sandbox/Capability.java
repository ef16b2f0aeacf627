package dev.oxbow.sandbox;

/**
 * Something a provider may or may not be able to do. The kit expects all unless a lack is declared.
 */
public enum Capability {
    /** Processes survive the death of the Java process that started them. */
    EXEC_DURABLE("exec.durable"),
    /** Output is readable from any kept byte offset. */
    EXEC_CURSOR("exec.cursor"),
    /** {@link Sandbox#openTerminal}. */
    PTY("pty"),
    /** {@link Sandbox#stop} and {@link Sandbox#start} keep the files. */
    STOP_RESUME("stop.resume"),
    /** {@link SandboxProvider#list} filters by labels. */
    LABELS_FILTER("labels.filter"),
    /** No connection leaves the sandbox but through {@link Sandbox#openRelay}. */
    NET_DENY("net.deny"),
    /** {@link Sandbox#openRelay}. */
    NET_RELAY("net.relay"),
    /** {@link ProcessExit#oomKilled} rests on evidence. */
    OOM_SIGNAL("oom.signal");

    private final String flag;

    Capability(String flag) {
        this.flag = flag;
    }

    /** The name in JSON and tables. */
    public String flag() {
        return flag;
    }
}
