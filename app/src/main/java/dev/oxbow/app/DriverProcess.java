package dev.oxbow.app;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.base.RunId;
import dev.oxbow.engine.DriverLauncher;
import dev.oxbow.engine.Guardian;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Drives a run in a process of its own, in a session of its own, so that neither the end of this
 * process nor its terminal ends it. What it prints goes to a file beside the run. Keys are in the
 * environment that it inherits, and nowhere else.
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
        File log = log(id).toFile();
        ProcessBuilder builder =
                builder(List.of("setsid", "--fork"), id)
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                        .redirectErrorStream(true);
        var _ = start(builder, id);
    }

    @Override
    public Guardian guard(RunId id) {
        List<String> words = new ArrayList<>(List.of("setsid"));
        words.addAll(GuardianProcess.words(log(id)));
        ProcessBuilder builder =
                builder(words, id)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD);
        return new GuardianProcess(start(builder, id));
    }

    private Path log(RunId id) {
        return data.resolve("runs").resolve(id + ".driver.log");
    }

    private ProcessBuilder builder(List<String> before, RunId id) {
        List<String> words = new ArrayList<>(before);
        words.addAll(command);
        words.add(id.value());
        ProcessBuilder builder = new ProcessBuilder(words).directory(data.toFile());
        builder.environment().put("OX_DATA_DIR", data.toString());
        return builder;
    }

    private static Process start(ProcessBuilder builder, RunId id) {
        try {
            return builder.start();
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
