"""A cohort as CSV: one file a kind of fact, plain or gzip."""

from tracker.interop.csv.reader import CsvCohort, open_cohort

__all__ = ["CsvCohort", "open_cohort"]
