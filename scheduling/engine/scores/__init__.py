"""Scores: anatomy (SINS, ESCC) drives intervals, prognosis is shown, NOMS is a summary; one file a score."""
