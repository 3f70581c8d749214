"""Bytes of other systems to records and back: nothing here knows a database row or looks at the clock."""
