"""The policy document as values: rows, sets, anchors, questions; read from plain data and written back."""
