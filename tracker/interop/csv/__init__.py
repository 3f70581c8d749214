"""A cohort as CSV: one file a kind of fact, plain or gzip."""
