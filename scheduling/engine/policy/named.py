"""Numbers that stand under a name, and how a document writes a number or a period."""

from __future__ import annotations


class Named(int):
    """A number of days or a whole number that stands under a name; `said` is how its place refers to it."""

    said: object
    is_period: bool

    def __new__(cls, value: int, said: object = "", *, is_period: bool = False) -> Named:
        """The number, with where it comes from."""
        named = super().__new__(cls, value)
        named.said, named.is_period = said, is_period
        return named


def write_days(days: int) -> object:
    """A period as a document writes it: by its name, whole weeks as weeks, all else as days."""
    if isinstance(days, Named):
        return days.said
    return f"{days // 7} w" if days and days % 7 == 0 else f"{days} d"


def write_number(value: int) -> object:
    """A whole number as a document writes it: by its name, or as it is."""
    return value.said if isinstance(value, Named) else value
