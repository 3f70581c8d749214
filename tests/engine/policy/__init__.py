"""Tests of the room `scheduling.engine.policy`."""
