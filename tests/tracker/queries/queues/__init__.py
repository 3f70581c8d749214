"""Tests of the room `tracker.queries.queues`."""
