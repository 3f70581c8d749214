"""Tests of the room `tracker.queries.patient`."""
