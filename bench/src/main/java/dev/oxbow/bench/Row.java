package dev.oxbow.bench;

import java.util.List;

/**
 * One thing that was measured, of all subjects.
 *
 * @param title what, with its conditions
 * @param mode its name in the raw file
 * @param method how, in a sentence
 * @param target what ours is to reach
 * @param samples one per subject, ours first
 */
record Row(String title, String mode, String method, Target target, List<Samples> samples) {
    Row {
        samples = List.copyOf(samples);
    }
}
