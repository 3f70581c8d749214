"""One reader for each file of facts of a cohort, named like the file."""
