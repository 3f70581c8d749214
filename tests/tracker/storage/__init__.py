"""Tests of what stands between rows and the engine."""
