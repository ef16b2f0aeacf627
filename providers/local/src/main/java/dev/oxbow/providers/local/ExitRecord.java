package dev.oxbow.providers.local;

import dev.oxbow.base.ErrorCode;
import dev.oxbow.base.OxException;
import dev.oxbow.sandbox.ProcessExit;
import dev.oxbow.sandbox.SandboxProcess.Channel;
import dev.oxbow.sandbox.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The line that a supervisor leaves at the end of a process.
 *
 * @param code as shells tell it; empty if nobody saw anything
 * @param bySignal whether a signal ended it
 * @param deadline whether the time limit had come
 * @param lost whether the sandbox was gone when it ended
 * @param oomKills processes that the kernel killed for memory while it ran
 * @param leftBehind processes that outlived it and were ended
 */
record ExitRecord(
        OptionalInt code,
        boolean bySignal,
        boolean deadline,
        boolean lost,
        int oomKills,
        int leftBehind) {

    /** Nobody saw the end. */
    static final ExitRecord UNSEEN = new ExitRecord(OptionalInt.empty(), false, false, true, 0, 0);

    /** The record of a process, once it is complete. */
    static Optional<ExitRecord> read(Path file) {
        if (file.toFile().length() == 0) {
            return Optional.empty();
        }
        try {
            return parse(Files.readString(file));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        } catch (IOException | NumberFormatException e) {
            throw OxException.of(
                            ErrorCode.STORE_UNREADABLE,
                            "the exit record %s cannot be read: %s",
                            file,
                            Why.of(e))
                    .causedBy(e);
        }
    }

    static Optional<ExitRecord> parse(String line) {
        String[] f = line.strip().split(" ", -1);
        // Until version 2 nobody counted what was left behind.
        boolean counted = f[0].equals("2");
        int length = counted ? 8 : 7;
        if (!(counted || f[0].equals("1")) || f.length != length || !f[length - 1].equals(".")) {
            return Optional.empty();
        }
        return Optional.of(
                new ExitRecord(
                        f[1].equals("-")
                                ? OptionalInt.empty()
                                : OptionalInt.of(Integer.parseInt(f[1])),
                        f[2].equals("1"),
                        f[3].equals("1"),
                        f[4].equals("1"),
                        Integer.parseInt(f[5]),
                        counted ? Integer.parseInt(f[6]) : 0));
    }

    String line() {
        return "2 %s %d %d %d %d %d .\n"
                .formatted(
                        code.isPresent() ? Integer.toString(code.getAsInt()) : "-",
                        bySignal ? 1 : 0,
                        deadline ? 1 : 0,
                        lost ? 1 : 0,
                        oomKills,
                        leftBehind);
    }

    /** The end of the process as the port tells it. */
    ProcessExit toExit(SandboxFolder.ProcessFolder folder) {
        List<Signal> sent = sentSignals(folder);
        OptionalInt signal = OptionalInt.empty();
        if (code.isPresent()) {
            int number = code.getAsInt() - 128;
            // A shell that was hit may say so by a code of its own.
            if (number > 0 && (bySignal || sent.stream().anyMatch(s -> s.number() == number))) {
                signal = OptionalInt.of(number);
            }
        }
        ProcessExit.Reason reason;
        boolean gone = lost && lostLooksReal();
        if (gone) {
            reason = ProcessExit.Reason.SANDBOX_LOST;
        } else if (deadline) {
            reason = ProcessExit.Reason.DEADLINE;
        } else if (Files.exists(folder.terminated()) || endedBy(sent, signal)) {
            reason = ProcessExit.Reason.SIGNALLED;
        } else {
            reason = ProcessExit.Reason.EXITED;
        }
        return new ProcessExit(
                gone ? OptionalInt.empty() : code,
                gone ? OptionalInt.empty() : signal,
                oomKills > 0,
                reason,
                folder.spool(Channel.STDOUT).toFile().length(),
                folder.spool(Channel.STDERR).toFile().length(),
                leftBehind);
    }

    /** Codes that a fall of the sandbox brings about; any other was the command's own. */
    private boolean lostLooksReal() {
        return code.isEmpty()
                || switch (code.getAsInt()) {
                    case 1, 125, 137, 255 -> true;
                    default -> false;
                };
    }

    /** Whether the end looks like the work of one of the signals. */
    private boolean endedBy(List<Signal> sent, OptionalInt signal) {
        return sent.stream()
                .anyMatch(s ->
                        switch (s) {
                            case HUP, INT, TERM, KILL -> code.orElse(0) != 0;
                            case USR1, USR2 -> signal.orElse(0) == s.number();
                        });
    }

    private static List<Signal> sentSignals(SandboxFolder.ProcessFolder folder) {
        try {
            return Files.readAllLines(folder.signalled()).stream().map(Signal::valueOf).toList();
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException | IllegalArgumentException e) {
            throw OxException.of(
                            ErrorCode.STORE_UNREADABLE,
                            "the signals in %s cannot be read: %s",
                            folder.signalled(),
                            Why.of(e))
                    .causedBy(e);
        }
    }
}
