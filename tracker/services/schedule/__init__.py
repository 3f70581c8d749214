"""The schedule of a patient: read, decided, written; the night."""
