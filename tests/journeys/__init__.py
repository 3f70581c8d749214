"""Tests of whole ways through the product, from a fact to a queue."""
