package dev.oxbow.bench;

import dev.oxbow.base.SandboxId;
import dev.oxbow.providers.local.LocalConfig;
import dev.oxbow.providers.local.LocalProvider;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a command writes, on its way to whoever reads it. */
final class StreamRaces implements Part {

    @Override
    public List<Row> run(Course course) throws Exception {
        Path folder = course.folder();
        List<Row> rows = new ArrayList<>();
        try (LocalProvider provider = new LocalProvider(LocalConfig.of(folder.resolve("data")))) {
            Sandbox sandbox = provider.create(SandboxSpec.of(SandboxId.next()));
            String tier = new OurStarts(provider, "").tier();
            try {
                rows.add(new TerminalEcho(sandbox, tier).row(course));
                rows.add(new Latency(sandbox, tier).row(course));
                rows.addAll(new Throughput(sandbox, tier).rows(course));
                rows.addAll(new Reconnect(sandbox, tier, folder).rows(course));
            } finally {
                provider.destroy(sandbox.id());
            }
        }
        return rows;
    }
}
