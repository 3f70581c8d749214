"""YAML read and written safely: plain values with their lines, one meaning for every scalar."""
