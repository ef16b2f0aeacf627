package dev.oxbow.sandbox.kit;

import dev.oxbow.base.ProcessId;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.ProcessSpec;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProvider;
import dev.oxbow.sandbox.SandboxSpec;
import dev.oxbow.sandbox.TerminalSize;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A Java process that makes a sandbox, starts a command in it, says so on standard output and waits
 * to be killed.
 */
final class Owner {
    private Owner() {}

    /**
     * Its command line.
     *
     * @param how how to start the command
     * @param process id of the process to start
     * @param relay port and socket of a relay to open, or nothing
     */
    static List<String> command(
            How how,
            ProviderUnderTest.Elsewhere place,
            SandboxId sandbox,
            ProcessId process,
            String script,
            Optional<Relayed> relay) {
        List<String> argv = new ArrayList<>();
        argv.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        argv.add("--enable-native-access=ALL-UNNAMED");
        argv.add("-XX:+UseSerialGC");
        argv.add("-XX:TieredStopAtLevel=1");
        argv.add("-cp");
        argv.add(classPath());
        argv.add(Owner.class.getName());
        argv.add(place.opener().getName());
        argv.add(place.where());
        argv.add(sandbox.value());
        argv.add(process.value());
        argv.add(script);
        argv.add(how.name());
        relay.ifPresent(r -> {
            argv.add(Integer.toString(r.port()));
            argv.add(r.socket().toString());
        });
        return argv;
    }

    /** The test runner may hide the class path in a jar of its own. */
    private static String classPath() {
        String whole = System.getProperty("surefire.test.class.path", "");
        return whole.isEmpty() ? System.getProperty("java.class.path") : whole;
    }

    record Relayed(int port, Path socket) {}

    /** How the command is started. */
    enum How {
        /** By an exec. */
        AS_A_PROCESS,
        /** On a terminal. */
        ON_A_TERMINAL
    }

    /** See {@link #command}. */
    public static void main(String[] args) throws Exception {
        ProviderUnderTest.Opener opener =
                Class.forName(args[0])
                        .asSubclass(ProviderUnderTest.Opener.class)
                        .getConstructor()
                        .newInstance();
        SandboxProvider provider = opener.open(args[1]);
        Sandbox sandbox = provider.create(SandboxSpec.of(new SandboxId(args[2])));
        ProcessSpec plain = ProcessSpec.of("sh", "-c", args[4]);
        ProcessSpec spec =
                new ProcessSpec(
                        new ProcessId(args[3]),
                        plain.argv(),
                        plain.cwd(),
                        plain.env(),
                        new ProcessSpec.Stdin.Pipe(),
                        Optional.empty());
        switch (How.valueOf(args[5])) {
            case AS_A_PROCESS -> sandbox.exec(spec);
            case ON_A_TERMINAL -> sandbox.openTerminal(spec, new TerminalSize(80, 24));
        }
        if (args.length > 6) {
            sandbox.openRelay(Integer.parseInt(args[6]), Path.of(args[7]));
        }
        System.out.println("started");
        // Ends by being killed; or, should the killer be gone, by the end of its input.
        while (System.in.read() >= 0) {
            Thread.onSpinWait();
        }
    }
}
