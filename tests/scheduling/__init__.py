"""Tests of the scheduling package outside the engine."""
