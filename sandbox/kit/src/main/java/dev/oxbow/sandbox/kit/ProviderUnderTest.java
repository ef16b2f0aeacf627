package dev.oxbow.sandbox.kit;

import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.SandboxProvider;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the kit needs to know of the provider it examines. One object serves a whole suite. */
public interface ProviderUnderTest extends AutoCloseable {

    /**
     * A further provider object. All objects of one {@code ProviderUnderTest} see the same
     * sandboxes, as several {@code ox} processes on one machine do. The caller closes it.
     */
    SandboxProvider open();

    /**
     * What there is on this machine because of the provider's sandboxes, one line per thing:
     * processes, mounts, cgroups, files, sockets. The kit expects the same answer after each test
     * as before it. Threads, descriptors and children of this Java process are watched by the kit
     * itself.
     */
    default Set<String> residue() {
        return Set.of();
    }

    /**
     * Ends what keeps a sandbox standing, as a crash would and past the provider; false if this
     * provider's sandboxes have nothing that could crash.
     */
    default boolean crash(SandboxId sandbox) {
        return false;
    }

    /**
     * How another Java process reaches the same sandboxes. Needed of every provider that claims
     * {@link dev.oxbow.sandbox.Capability#EXEC_DURABLE}, which is proven by killing that process.
     */
    default Optional<Elsewhere> elsewhere() {
        return Optional.empty();
    }

    /**
     * A command of the sandbox that connects to a port on 127.0.0.1, sends its whole standard input
     * and then prints what it receives until the other side closes; it fails if it cannot connect.
     */
    default List<String> connectTo(int port) {
        return List.of(
                "bash",
                "-c",
                "exec 3<>/dev/tcp/127.0.0.1/\"$0\" && cat >&3 && cat <&3",
                Integer.toString(port));
    }

    /** The walls that its sandboxes have on this machine; all, unless the kernel lacks one. */
    default Set<Wall> walls() {
        return EnumSet.allOf(Wall.class);
    }

    /**
     * A provider object that builds all walls but these, of no use to anybody but the kit, which
     * shows with it that each attempt of the {@link EscapeCorpus} succeeds where nothing stops it.
     * It sees the sandboxes of the others. Empty where walls cannot be left out, or not by this
     * user: the proof is then left out. The caller closes it.
     *
     * @param down the walls to leave out
     */
    default Optional<SandboxProvider> without(Set<Wall> down) {
        return Optional.empty();
    }

    /** Releases what belongs to the suite. */
    @Override
    void close();

    /**
     * A provider that another Java process opens.
     *
     * @param opener a public class with a public constructor without parameters
     * @param where what to hand to it, such as a directory
     */
    record Elsewhere(Class<? extends Opener> opener, String where) {}

    /** Opens a provider in another Java process. */
    interface Opener {
        /** A provider that sees the sandboxes of that place. */
        SandboxProvider open(String where);
    }
}
