package dev.oxbow.bench;

import dev.oxbow.providers.local.LocalConfig;
import dev.oxbow.providers.local.LocalProvider;
import dev.oxbow.sandbox.Labels;
import dev.oxbow.sandbox.Sandbox;
import dev.oxbow.sandbox.SandboxProcess;
import dev.oxbow.sandbox.SandboxState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * What comes after a keeper of many sandboxes was killed: {@code Recovery FOLDER N} finds all of
 * them, reads each one's stream from its first byte, and has each command answer.
 */
final class Recovery {
    private static final String QUESTION = "again\n";

    private Recovery() {}

    /** Says {@code found}, {@code read} and {@code answered}. */
    public static void main(String[] args) throws Exception {
        int expected = Integer.parseInt(args[1]);
        try (LocalProvider provider = new LocalProvider(LocalConfig.of(Path.of(args[0])))) {
            List<Sandbox> sandboxes = provider.list(Labels.NONE);
            if (sandboxes.size() != expected) {
                throw new IOException(sandboxes.size() + " sandboxes, not " + expected);
            }
            List<SandboxProcess> processes = Crowd.each(sandboxes, Recovery::find);
            System.out.println("found");
            List<Integer> lengths = Crowd.each(processes, Recovery::greeting);
            System.out.println("read");
            List<Integer> unusedAnswers =
                    Crowd.each(processes, process -> answer(process, lengths.getFirst()));
            System.out.println("answered");
        }
    }

    private static SandboxProcess find(Sandbox sandbox) throws IOException {
        SandboxState state = sandbox.record().state();
        List<SandboxProcess> processes = sandbox.processes();
        if (processes.size() != 1 || processes.getFirst().exit().isPresent()) {
            throw new IOException("not one living command in " + sandbox.id() + ", " + state);
        }
        return processes.getFirst();
    }

    /** What it has written so far: the greeting, and what it was asked before. */
    private static int greeting(SandboxProcess process) throws Exception {
        int length = Crowd.GREETING.length() + (int) process.written();
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        Lines.read(process, length, seen::write);
        String rest = seen.toString(StandardCharsets.UTF_8).substring(Crowd.GREETING.length());
        if (!rest.replace(QUESTION, "").isEmpty()) {
            throw new IOException("not what was written: " + rest);
        }
        return length;
    }

    private static int answer(SandboxProcess process, int length) throws Exception {
        process.write(QUESTION.getBytes(StandardCharsets.UTF_8));
        Lines.read(process, length + QUESTION.length(), _ -> {});
        return length;
    }
}
