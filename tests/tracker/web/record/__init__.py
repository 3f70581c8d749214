"""Tests of the room `tracker.web.record`."""
