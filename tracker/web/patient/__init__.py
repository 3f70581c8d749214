"""Pages of one patient."""
