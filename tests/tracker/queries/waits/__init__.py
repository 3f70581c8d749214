"""Tests of the registry of waits."""
