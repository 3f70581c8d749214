"""Tests of the room `tracker.models`."""
