package dev.oxbow.base;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of bytes, never negative.
 *
 * @param bytes the amount
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {
    private static final Pattern SHAPE = Pattern.compile("(\\d{1,12})\\s*([KMGT]?)(i?B)?");

    /** Refuses a negative amount. */
    public ByteSize {
        if (bytes < 0) {
            throw OxException.of(
                    ErrorCode.INVALID_ARGUMENT, "a size cannot be negative: %d", bytes);
        }
    }

    /** {@code n} times 2<sup>20</sup> bytes. */
    public static ByteSize mebibytes(long n) {
        return new ByteSize(Math.multiplyExact(n, 1L << 20));
    }

    /** {@code n} times 2<sup>30</sup> bytes. */
    public static ByteSize gibibytes(long n) {
        return new ByteSize(Math.multiplyExact(n, 1L << 30));
    }

    /**
     * Reads {@code 512M}, {@code 512MiB}, {@code 2 GiB} or plain bytes; every unit is a power of
     * 1024.
     *
     * @throws OxException with {@link ErrorCode#INVALID_ARGUMENT} for anything else
     */
    public static ByteSize parse(String text) {
        Matcher m = SHAPE.matcher(text.strip());
        if (!m.matches()) {
            throw OxException.of(
                    ErrorCode.INVALID_ARGUMENT, "'%s' is not a size; write it like 512MiB", text);
        }
        String unit = m.group(2);
        int power = unit.isEmpty() ? 0 : "KMGT".indexOf(unit) + 1;
        return new ByteSize(Math.multiplyExact(Long.parseLong(m.group(1)), 1L << (10 * power)));
    }

    @Override
    public int compareTo(ByteSize other) {
        return Long.compare(bytes, other.bytes);
    }

    /** The amount for a person, such as {@code 1.5 MiB}. */
    @Override
    public String toString() {
        if (bytes < 1024) {
            return bytes + " B";
        }
        int power = (63 - Long.numberOfLeadingZeros(bytes)) / 10;
        double value = bytes / (double) (1L << (10 * power));
        return String.format(Locale.ROOT, "%.1f %ciB", value, "KMGTPE".charAt(power - 1));
    }
}
