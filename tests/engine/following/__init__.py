"""Tests of the room `scheduling.engine.following`."""
