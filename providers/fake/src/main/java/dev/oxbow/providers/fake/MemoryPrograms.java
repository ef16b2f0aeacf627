package dev.oxbow.providers.fake;

import dev.oxbow.providers.fake.MemoryTask.Streams;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The programs that every sandbox in memory has. */
final class MemoryPrograms {
    private static final Pattern TASK_ARGUMENTS = Pattern.compile("/proc/(\\d+)/cmdline");

    private interface Program {
        int run(MemoryTask task, List<String> args, Streams io)
                throws IOException, InterruptedException;
    }

    private static final Map<String, Program> PROGRAMS =
            Map.ofEntries(
                    Map.entry("sh", MemoryPrograms::sh),
                    Map.entry("true", (_, _, _) -> 0),
                    Map.entry("false", (_, _, _) -> 1),
                    Map.entry("cat", MemoryPrograms::cat),
                    Map.entry("echo", (task, args, _) -> echo(task, args)),
                    Map.entry("env", MemoryPrograms::env),
                    Map.entry("head", MemoryPrograms::head),
                    Map.entry("printf", MemoryPrograms::printf),
                    Map.entry("seq", MemoryPrograms::seq),
                    Map.entry("sleep", MemoryPrograms::sleep),
                    Map.entry("setsid", MemoryPrograms::instead),
                    Map.entry("nohup", MemoryPrograms::instead),
                    Map.entry("mkdir", (task, args, _) -> MemoryFilePrograms.mkdir(task, args)),
                    Map.entry("mkfifo", (task, args, _) -> MemoryFilePrograms.mkfifo(task, args)),
                    Map.entry("ln", (task, args, _) -> MemoryFilePrograms.ln(task, args)),
                    Map.entry("mv", (task, args, _) -> MemoryFilePrograms.mv(task, args)),
                    Map.entry("rm", (task, args, _) -> MemoryFilePrograms.rm(task, args)),
                    Map.entry("chmod", (task, args, _) -> MemoryFilePrograms.chmod(task, args)),
                    Map.entry("connect", MemoryFilePrograms::connect));

    private MemoryPrograms() {}

    /** Runs the program that the task's arguments name. */
    static int run(MemoryTask task, Streams io) throws IOException, InterruptedException {
        String name = task.argv().getFirst();
        Optional<Node> file = look(task, name);
        if (file.orElse(null) instanceof Node.File script) {
            if ((script.mode() & 0111) == 0) {
                return complain(io, 126, name + ": permission denied");
            }
            String text =
                    new String(script.content(), StandardCharsets.UTF_8)
                            .replaceFirst("^#!.*\n", "");
            return new Shell(task, task.argv()).run(text, io);
        }
        String base = name.replaceFirst("^(/usr)?/bin/", "");
        Program program = PROGRAMS.get(base);
        if (program == null) {
            return complain(io, 127, name + ": not found");
        }
        return program.run(task, task.argv().subList(1, task.argv().size()), io);
    }

    private static int complain(Streams io, int status, String message) throws IOException {
        io.err().write((message + "\n").getBytes(StandardCharsets.UTF_8));
        return status;
    }

    private static Optional<Node> look(MemoryTask task, String name) {
        MemoryPaths paths = task.machine().paths();
        if (name.contains("/")) {
            return paths.find(task.cwd(), name);
        }
        for (String directory : task.env().getOrDefault("PATH", "").split(":", -1)) {
            Optional<Node> found = paths.find(task.cwd(), directory + "/" + name);
            if (found.orElse(null) instanceof Node.File file && (file.mode() & 0111) != 0) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** Opens what a program or a redirection reads. */
    static InputStream input(MemoryTask task, String path) throws IOException {
        if (path.equals("/dev/null")) {
            return InputStream.nullInputStream();
        }
        if (path.equals("/dev/zero")) {
            return new Zeros(task);
        }
        Matcher arguments = TASK_ARGUMENTS.matcher(path);
        if (arguments.matches()) {
            MemoryTask other = task.machine().tasks().get(Long.parseLong(arguments.group(1)));
            if (other == null) {
                throw new IOException(path + ": no such process");
            }
            return new ByteArrayInputStream(
                    (String.join("\0", other.argv()) + "\0").getBytes(StandardCharsets.UTF_8));
        }
        return new ByteArrayInputStream(task.machine().paths().read(task.cwd(), path));
    }

    /** Opens what a redirection writes. */
    static OutputStream output(MemoryTask task, String path, boolean append) throws IOException {
        return path.equals("/dev/null")
                ? OutputStream.nullOutputStream()
                : task.machine().paths().write(task.cwd(), path, append);
    }

    /** {@code /dev/zero}, which ends with whoever reads it. */
    private static final class Zeros extends InputStream {
        private final MemoryTask task;

        Zeros(MemoryTask task) {
            this.task = task;
        }

        @Override
        public int read() {
            task.checkAlive();
            return 0;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            task.checkAlive();
            Arrays.fill(into, offset, offset + length, (byte) 0);
            return length;
        }
    }

    private static int sh(MemoryTask task, List<String> args, Streams io)
            throws IOException, InterruptedException {
        if (args.size() >= 2 && args.getFirst().equals("-c")) {
            List<String> positional = new ArrayList<>(args.subList(2, args.size()));
            if (positional.isEmpty()) {
                positional.add("sh");
            }
            return new Shell(task, positional).run(args.get(1), io);
        }
        String script =
                args.isEmpty()
                        ? new String(io.in().readAllBytes(), StandardCharsets.UTF_8)
                        : new String(
                                task.machine().paths().read(task.cwd(), args.getFirst()),
                                StandardCharsets.UTF_8);
        return new Shell(task, args.isEmpty() ? List.of("sh") : args).run(script, io);
    }

    private static int instead(MemoryTask task, List<String> args, Streams io)
            throws IOException, InterruptedException {
        task.become(args);
        return run(task, io);
    }

    private static int cat(MemoryTask task, List<String> args, Streams io) throws IOException {
        int status = 0;
        for (String path : args.isEmpty() ? List.of("-") : args) {
            try (InputStream in = path.equals("-") ? keptOpen(io.in()) : input(task, path)) {
                copy(task, in, io.out(), Long.MAX_VALUE);
            } catch (IOException absent) {
                task.checkAlive();
                status = complain(io, 1, "cat: " + absent.getMessage());
            }
        }
        return status;
    }

    /** The task's own input, which its programs do not close. */
    private static InputStream keptOpen(InputStream in) {
        return new SequenceInputStream(in, InputStream.nullInputStream()) {
            @Override
            public void close() {
                // The descriptor belongs to the task.
            }
        };
    }

    private static void copy(MemoryTask task, InputStream in, OutputStream out, long count)
            throws IOException {
        byte[] buffer = new byte[64 << 10];
        long left = count;
        while (left > 0) {
            int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (n < 0) {
                return;
            }
            task.checkAlive();
            out.write(buffer, 0, n);
            left -= n;
        }
    }

    private static int echo(MemoryTask task, List<String> args) throws IOException {
        task.print(String.join(" ", args) + "\n");
        return 0;
    }

    private static int env(MemoryTask task, List<String> args, Streams io) throws IOException {
        String end = args.contains("-0") ? "\0" : "\n";
        StringBuilder text = new StringBuilder();
        task.env()
                .forEach((name, value) -> text.append(name).append('=').append(value).append(end));
        io.out().write(text.toString().getBytes(StandardCharsets.UTF_8));
        return 0;
    }

    private static int head(MemoryTask task, List<String> args, Streams io) throws IOException {
        long count = Long.parseLong(args.get(1));
        try (InputStream in = args.size() > 2 ? input(task, args.get(2)) : keptOpen(io.in())) {
            copy(task, in, io.out(), count);
        }
        return 0;
    }

    private static int seq(MemoryTask task, List<String> args, Streams io) throws IOException {
        StringBuilder text = new StringBuilder();
        long last = Long.parseLong(args.getLast());
        for (long n = args.size() > 1 ? Long.parseLong(args.getFirst()) : 1; n <= last; n++) {
            text.append(n).append('\n');
        }
        task.checkAlive();
        io.out().write(text.toString().getBytes(StandardCharsets.UTF_8));
        return 0;
    }

    private static int sleep(MemoryTask task, List<String> args, Streams io)
            throws InterruptedException {
        double seconds = Double.parseDouble(args.getFirst());
        Thread.sleep((long) Math.min(seconds * 1_000, 1e15));
        return 0;
    }

    private static int printf(MemoryTask task, List<String> args, Streams io) throws IOException {
        String format = args.getFirst().replace("\\n", "\n").replace("\\0", "\0");
        List<String> values = args.subList(1, args.size());
        StringBuilder text = new StringBuilder();
        int used = 0;
        do {
            int at = 0;
            for (int mark = format.indexOf("%s"); mark >= 0; mark = format.indexOf("%s", at)) {
                text.append(format, at, mark);
                text.append(used < values.size() ? values.get(used) : "");
                used++;
                at = mark + 2;
            }
            text.append(format.substring(at));
        } while (used > 0 && used < values.size());
        task.checkAlive();
        io.out().write(text.toString().getBytes(StandardCharsets.UTF_8));
        return 0;
    }
}
