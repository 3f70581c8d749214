"""Tests of the room `tracker.demo`."""
