package dev.oxbow.providers.local;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.sandbox.Capability;
import dev.oxbow.sandbox.Enforcement;
import dev.oxbow.sandbox.PathMapping;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxSpec;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a sandbox is that has no walls: a process that stands for it, and folders of the host in
 * place of those that are promised to be inside.
 */
final class ProcessTier {
    /** What needs namespaces. */
    private static final Set<Capability> BEYOND =
            Set.of(
                    Capability.NET_DENY,
                    Capability.NET_RELAY,
                    Capability.NET_SWITCH_LIVE,
                    Capability.SNAPSHOT_FS,
                    Capability.CHECKPOINT_FAST,
                    Capability.ROLLBACK_INPLACE,
                    Capability.FORK_RUNNING);

    /**
     * Says where it is, as bubblewrap does, and then does nothing for as long as it lives. It has
     * no child, which would outlive it.
     */
    private static final String HOLDER =
            """
            syswrite STDOUT, qq("child-pid": $$\\n);
            syswrite STDERR, "ready\\n";
            open STDIN, '<', '/dev/null';
            open STDOUT, '>', '/dev/null';
            open STDERR, '>', '/dev/null';
            while (1) { sleep }
            """;

    /** No shell takes them apart, wherever in its text they come to stand. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./+@%,:=-]+");

    private static final String NONE = "tier process has no walls";

    private ProcessTier() {}

    /** What is left of what the provider offers. */
    static Set<Capability> capabilities(Set<Capability> all) {
        EnumSet<Capability> left = EnumSet.copyOf(all);
        left.removeAll(BEYOND);
        return left;
    }

    /** Refuses what a sandbox cannot do for want of walls. */
    static void require(StoredSandbox sandbox, Capability capability) {
        if (!sandbox.walled() && BEYOND.contains(capability)) {
            throw refusal(capability);
        }
    }

    /** The refusal, with the reason. */
    static OxException refusal(Capability capability) {
        String why =
                switch (capability) {
                    case NET_DENY, NET_RELAY, NET_SWITCH_LIVE ->
                            "A sandbox of tier process has the network of the host: its commands"
                                    + " reach by themselves whatever the host reaches.";
                    default ->
                            "A sandbox of tier process is a plain folder of the host, and"
                                    + " checkpoints need a mount of its own: use tier namespace.";
                };
        return capability.refusedBy(LocalProvider.NAME).suggest("%s", why);
    }

    /** The words that start its holder. */
    static List<String> holder(Tools tools) {
        return List.of(tools.path("perl"), "-e", HOLDER);
    }

    /** Walls by name, none of which stands. */
    static List<Enforcement> enforced() {
        return List.of("files", "processes", "capabilities", "seccomp", "network").stream()
                .map(name -> new Enforcement(name, false, NONE))
                .toList();
    }

    /**
     * Refuses folders of the host that cannot stand in the text of a shell as they are: names of
     * directories inside are replaced there by them, too, and nobody quotes them.
     */
    static void requirePlainNames(SandboxFolder folder, SandboxSpec spec) {
        Stream.concat(Stream.of(folder.path()), spec.readOnly().values().stream())
                .filter(path -> !PLAIN.matcher(path.toString()).matches())
                .findFirst()
                .ifPresent(path -> {
                    throw OxException.of(
                                    ErrorCode.INVALID_SANDBOX_CONFIG,
                                    "tier process cannot use the folder '%s': a shell would take"
                                            + " its name apart",
                                    path)
                            .suggest(
                                    "Use a folder named with letters, digits and _ . / + @ %% , : ="
                                            + " - only, or tier namespace.");
                });
    }

    /** Where the directories of a sandbox really are. */
    static PathMapping mapping(StoredSandbox sandbox, SandboxFolder folder) {
        Map<String, Path> places = new LinkedHashMap<>();
        places.put(Sandbox.WORKSPACE, folder.workspace());
        places.put(Sandbox.HOME, folder.home());
        places.put("/tmp", folder.tmp());
        sandbox.readOnly().forEach((inside, host) -> places.put(inside, Path.of(host)));
        return new PathMapping(places);
    }

    /** A command as the host has to be asked for it. */
    static ProcessSpec onHost(ProcessSpec spec, PathMapping mapping) {
        Map<String, String> env = new HashMap<>();
        spec.env().forEach((name, value) -> env.put(name, mapping.rewrite(value)));
        return new ProcessSpec(
                spec.id(),
                spec.argv().stream().map(mapping::rewrite).toList(),
                mapping.onHost(spec.cwd()).toString(),
                env,
                spec.stdin(),
                spec.deadline());
    }
}
