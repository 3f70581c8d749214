"""A plan against what is open: what to open, move, complete or withdraw, and what people are told."""
