"""A cohort as CSV: one file a kind of fact, plain or gzip."""

from tracker.interop.csv.files import CohortRefused
from tracker.interop.csv.reader import CsvCohort, open_cohort

__all__ = ["CohortRefused", "CsvCohort", "open_cohort"]
