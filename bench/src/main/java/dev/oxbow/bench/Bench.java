package dev.oxbow.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code bench/run [--quick]}: runs every race, prints one table and keeps every sample in {@code
 * bench/raw/}.
 */
public final class Bench {
    private Bench() {}

    /** Exit code 1 if any subject of ours failed in any round. */
    public static void main(String[] args) throws Exception {
        boolean quick = List.of(args).contains("--quick");
        Path folder = Files.createTempDirectory("oxbow-bench");
        List<Race.Result> results = new ArrayList<>();
        try {
            results.addAll(new SandboxRaces(folder, System.err).run(quick ? 20 : 100));
            results.addAll(new CheckpointRaces(folder, System.err).run(quick ? 20 : 100));
            results.addAll(new SyncRaces(folder, System.err).run(quick ? 3 : 15));
            results.addAll(new StartRaces(System.err).run(quick ? 5 : 40));
        } finally {
            Command.run("rm", "-rf", folder.toString());
        }
        Report.keepRaw(Path.of("bench", "raw", "latest.json"), results);
        System.out.print(Report.table(results));
        boolean failed = results.stream().anyMatch(r -> r.samples().getFirst().failures() > 0);
        System.exit(failed ? 1 : 0);
    }
}
