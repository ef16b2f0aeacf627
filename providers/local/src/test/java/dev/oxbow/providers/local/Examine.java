package dev.oxbow.providers.local;

import dev.oxbow.base.OxException;
import dev.oxbow.base.SandboxId;
import dev.oxbow.sandbox.Finding;
import dev.oxbow.sandbox.SandboxSpec;
import java.nio.file.Path;

/** A process that examines the machine as it is for it, and then tries to make a sandbox. */
final class Examine {
    private Examine() {}

    /** The data folder. */
    public static void main(String[] args) {
        try (LocalProvider provider = new LocalProvider(LocalConfig.of(Path.of(args[0])))) {
            provider.examine().stream()
                    .filter(f -> f.status() == Finding.Status.MISSING)
                    .forEach(f ->
                            System.out.println(f.name() + ": " + f.detail() + " / " + f.fix()));
            try {
                SandboxId id = SandboxId.next();
                provider.create(SandboxSpec.of(id));
                System.out.println("MADE");
                provider.destroy(id);
            } catch (OxException refused) {
                System.out.println("refused: " + refused.code() + " " + refused.getMessage());
            }
        }
    }
}
