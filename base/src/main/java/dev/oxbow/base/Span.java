package dev.oxbow.base;

/** A stretch of a text that is to be replaced. */
record Span(int start, int end, String placeholder) {}
