"""One file for each kind of fact that a person records, named by its code."""
