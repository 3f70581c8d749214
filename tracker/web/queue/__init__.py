"""The queue and what is done on its rows."""
