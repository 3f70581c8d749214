"""Many rows in few statements, and the rows that the engine reads and writes."""
