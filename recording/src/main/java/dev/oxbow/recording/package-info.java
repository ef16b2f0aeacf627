/**
 * The artifacts of a run: what a person or a program finds after it, whole or not at all, even if
 * the run failed or the disk was full.
 *
 * <p>{@link dev.oxbow.recording.RunArtifacts} is the way in. {@code exit.json} is written last: if
 * it is there, the run is over.
 */
@NullMarked
package dev.oxbow.recording;

import org.jspecify.annotations.NullMarked;
