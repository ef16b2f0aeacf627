package dev.oxbow.sandbox;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How strong the walls of a sandbox are. "At least" compares ranks: a tier satisfies every one of
 * its own rank and below.
 */
public enum Tier {
    /**
     * No walls at all. A command runs as the caller, in the host's namespaces and on the host's
     * files, and reaches every host that the caller reaches; what it may not do, the caller may not
     * do. What a sandbox still is: folders of its own for work, home and temporary files, which
     * stand for {@link Sandbox#WORKSPACE}, {@link Sandbox#HOME} and {@code /tmp} in arguments and
     * variables; and everything a command starts is known, signalled and ended with it, as long as
     * it does not want to get away.
     */
    PROCESS(0),
    /**
     * The host's kernel behind walls, each proven at start: an allow-list of files on an empty
     * root, Landlock where the kernel has it, processes, users and network of its own, no
     * capabilities, a filter of system calls. A hole in the kernel is a hole in all of them.
     */
    NAMESPACE(1),
    /** An OCI container of an engine such as Docker: walls of the same kind, built by others. */
    CONTAINER(1),
    /**
     * A kernel in user space (gVisor) answers the system calls; the host's sees few of them. No
     * provider has it yet.
     */
    GVISOR(2),
    /** A virtual machine with a kernel of its own, behind hardware. No provider has it yet. */
    MICROVM(3);

    private final int rank;

    Tier(int rank) {
        this.rank = rank;
    }

    /** Strength; equal ranks satisfy each other. */
    public int rank() {
        return rank;
    }

    /** Whether whoever asked for at least the other has enough in this. */
    public boolean satisfies(Tier wanted) {
        return rank >= wanted.rank;
    }

    /** Whether anything keeps a command from what its caller may do. */
    public boolean isolates() {
        return this != PROCESS;
    }

    /** The name in flags and JSON. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Of those on offer the weakest that is enough; the first of equal ones. */
    public Optional<Tier> among(Collection<Tier> offered) {
        return offered.stream()
                .filter(tier -> tier.satisfies(this))
                .min(Comparator.comparingInt(Tier::rank));
    }

    /**
     * The refusal of who builds nothing that is enough, thrown before anything was done.
     *
     * @param provider its name
     * @param offered what it builds, one at least
     */
    public OxException refusedBy(String provider, Collection<Tier> offered) {
        String all = offered.stream().sorted().map(Tier::wire).collect(Collectors.joining(" and "));
        return OxException.of(
                        ErrorCode.ISOLATION_UNAVAILABLE,
                        "the provider %s builds walls of tier %s, and %s was asked for%s",
                        provider,
                        all,
                        wire(),
                        notBuiltYet().map(what -> ": " + what + " is not built yet").orElse(""))
                .with("provider", provider)
                .with("tier", wire())
                .suggest(
                        "%s; the strongest that %s builds is %s.",
                        notBuiltYet().isPresent()
                                ? "No provider has it yet"
                                : "Choose a provider that has it ('ox providers')",
                        provider,
                        Collections.max(offered, Comparator.comparingInt(Tier::rank)).wire());
    }

    /** What is missing everywhere. */
    private Optional<String> notBuiltYet() {
        return switch (this) {
            case PROCESS, NAMESPACE, CONTAINER -> Optional.empty();
            case GVISOR -> Optional.of("a sandbox with a kernel in user space");
            case MICROVM -> Optional.of("a sandbox in a virtual machine");
        };
    }
}
