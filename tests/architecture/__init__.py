"""Tests of the walls of the house."""
