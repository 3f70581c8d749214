"""What pages share: the frame, marks, words, bars, fields, refusals."""
