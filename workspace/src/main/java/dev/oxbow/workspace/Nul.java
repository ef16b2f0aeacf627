package dev.oxbow.workspace;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Output of git in its {@code -z} form: records that each end in a NUL byte. */
final class Nul {
    private Nul() {}

    static List<byte[]> split(byte[] output) {
        List<byte[]> records = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < output.length; i++) {
            if (output[i] == 0) {
                records.add(Arrays.copyOfRange(output, start, i));
                start = i + 1;
            }
        }
        return records;
    }
}
