"""Tests of the room `scheduling.engine.planning`."""
