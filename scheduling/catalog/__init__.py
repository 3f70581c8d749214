"""Cancers, markers, drugs and their pairs as data, each row with its source and as-of date; it warns, never blocks."""
