"""The pages: parse, ask the gate, call one verb or one question, render."""
