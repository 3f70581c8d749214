"""The policy document as values: rows, sets, anchors, questions and parameters; read from and written to plain data."""
