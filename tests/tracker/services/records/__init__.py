"""Tests of the room `tracker.services.records`."""
