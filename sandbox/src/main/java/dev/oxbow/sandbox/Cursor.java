package dev.oxbow.sandbox;

/**
 * A position in the output of a process: the next byte wanted of each stream.
 *
 * @param stdout absolute offset in standard output, 0 for its first byte
 * @param stderr absolute offset in standard error
 */
public record Cursor(long stdout, long stderr) {
    /** From the first byte. */
    public static final Cursor START = new Cursor(0, 0);

    /** Refuses negative offsets. */
    public Cursor {
        if (stdout < 0 || stderr < 0) {
            throw new IllegalArgumentException("a cursor cannot be negative");
        }
    }

    /** The position after a frame has been handled. */
    public Cursor after(OutputFrame frame) {
        return switch (frame) {
            case OutputFrame.Data d -> at(d.channel(), d.offset() + d.bytes().length);
            case OutputFrame.Gap g -> at(g.channel(), g.to());
            case OutputFrame.Exit e -> new Cursor(e.exit().stdoutEnd(), e.exit().stderrEnd());
        };
    }

    private Cursor at(SandboxProcess.Channel channel, long offset) {
        return switch (channel) {
            case STDOUT -> new Cursor(offset, stderr);
            case STDERR -> new Cursor(stdout, offset);
        };
    }
}
