package dev.oxbow.app;

import dev.oxbow.base.RunId;
import dev.oxbow.engine.Engine;
import dev.oxbow.engine.RunRequest;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** What {@code ox run} and its background driver are, without their face. */
public final class GuardedDriver {
    /** The variable with the model's key. */
    static final String KEY = "GUARDED_TEST_KEY";

    private GuardedDriver() {}

    /**
     * Either {@code run}, worktree, agent, model, address and prompt, or {@code drive} and the id
     * of a run; the data directory comes first in both.
     */
    public static void main(String[] args) throws InterruptedException {
        Path data = Path.of(args[0]);
        try (Engine engine =
                Oxbow.at(data)
                        .agentsOf(RealAgents.DATA)
                        .environment(System.getenv())
                        .drivers(words(data, "drive"))
                        .open()) {
            if (args[1].equals("drive")) {
                var _ = engine.drive(new RunId(args[2]));
                return;
            }
            RunRequest request =
                    RunRequest.of(Path.of(args[2]), args[6])
                            .agent(args[3])
                            .model(args[4])
                            .modelUrl(URI.create(args[5]))
                            .modelKeyEnv(KEY)
                            .build();
            var _ = engine.await(engine.start(request).getFirst());
        }
    }

    static List<String> words(Path data, String role) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                GuardedDriver.class.getName(),
                data.toString(),
                role);
    }
}
