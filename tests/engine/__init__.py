"""Tests of the engine: laws and worked cases, no database."""
