"""Tests of the ways to reach someone."""
