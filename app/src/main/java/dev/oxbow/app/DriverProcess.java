package dev.oxbow.app;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import dev.oxbow.engine.DriverLauncher;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Drives a run in a process of its own, in a session of its own, so that neither the end of this
 * process nor its terminal ends it. What it prints goes to a file beside the run.
 */
final class DriverProcess implements DriverLauncher {
    private final List<String> command;
    private final Path data;

    DriverProcess(List<String> command, Path data) {
        this.command = List.copyOf(command);
        this.data = data;
    }

    @Override
    public void launch(RunId id) {
        List<String> words = new ArrayList<>(List.of("setsid", "--fork"));
        words.addAll(Oxbow.command(command, id));
        File log = data.resolve("runs").resolve(id + ".driver.log").toFile();
        ProcessBuilder builder =
                new ProcessBuilder(words)
                        .directory(data.toFile())
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                        .redirectErrorStream(true);
        builder.environment().put("OX_DATA_DIR", data.toString());
        try {
            builder.start();
        } catch (IOException e) {
            throw OxException.of(
                            ErrorCode.PROVIDER_UNAVAILABLE,
                            "no process could be started to look after %s: %s",
                            id,
                            e)
                    .causedBy(e);
        }
    }
}
