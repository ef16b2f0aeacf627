package dev.oxbow.bench;

import java.util.List;

/** Rows that are measured together. */
@FunctionalInterface
interface Part {
    /** Measures them. */
    List<Row> run(Course course) throws Exception;
}
