"""The queues: which there are, what stands in each, and how a row is told."""
