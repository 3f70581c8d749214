"""Tests of the room `scheduling.engine.record`."""
