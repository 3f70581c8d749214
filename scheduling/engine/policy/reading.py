"""Reading a document part by part: every mistake is kept with its path and line, and reading goes on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from scheduling.engine.periods import Offset, parse_period
from scheduling.engine.policy.mistakes import WRONG, Lines, Mistake, Path, Unusable, Wrong, hint, plain, shown
from scheduling.engine.policy.named import Named

#: The null character and surrogates: a text with them cannot be stored, and a published document is.
_UNKEPT = re.compile("[\x00\ud800-\udfff]")


class Notes:
    """One pass over a document: the mistakes so far, and how the kinds of value are read that any document has."""

    def __init__(self, lines: Lines | None = None) -> None:
        self.errors: list[Mistake] = []
        self.lines: Lines = lines or {}

    def line(self, at: Path) -> int | None:
        """Line of the nearest enclosing part that has one."""
        for length in range(len(at), -1, -1):
            if at[:length] in self.lines:
                return self.lines[at[:length]]
        return None

    def wrong(self, at: Path, given: object, expected: str) -> Wrong:
        """Note a mistake; `given` is the value that stands there."""
        if isinstance(given, Unusable):
            return self.fault(at, given.given, given.expected, given.line)
        return self.fault(at, shown(given), expected)

    def fault(self, at: Path, given: str, expected: str, line: int | None = None) -> Wrong:
        """Note a mistake, with what was given in words and its line where it is not that of the part."""
        self.errors.append(Mistake(self.path(at), given, expected, line or self.line(at)))
        return WRONG

    def path(self, at: Path) -> str:
        """A place in the document as people read it."""
        return ".".join(map(str, at)) or "document"

    def unknown(self, at: Path, key: str, known: Iterable[str]) -> Wrong:
        """Note a key that nothing reads."""
        known = tuple(known)
        return self.fault((*at, key), f"unknown key {key}", f"one of {', '.join(known)}{hint(key, known)}")

    def mapping(
        self, given: object, at: Path, required: Iterable[str], optional: Iterable[str] = ()
    ) -> dict[str, object] | None:
        """The keys of a mapping that are known; unknown and missing ones are noted.

        A key without a value (null) is as if it were not there. Every other value was given and is read, empty or not.
        """
        required, optional = tuple(required), tuple(optional)
        known = required + optional
        if not isinstance(given, Mapping):
            self.wrong(at, given, f"keys {', '.join(known)}")
            return None
        for key in given:
            if key not in known:
                self.unknown(at, plain(key), known)
        for key in required:
            if given.get(key) is None:
                self.wrong((*at, key), None, f"a value: {key} is required here")
        return {key: given[key] for key in known if given.get(key) is not None}

    def entries(self, given: object, at: Path, expected: str) -> list[object]:
        """The entries of a list, or none after noting the mistake."""
        if isinstance(given, (list, tuple)):
            return list(given)
        self.wrong(at, given, f"a list of {expected}")
        return []

    def text(self, given: object, at: Path) -> str | Wrong:
        """Words; never a number or a mark that YAML made of them, and nothing that no database can keep."""
        if isinstance(given, str) and _UNKEPT.search(given):
            return self.wrong(at, given, "text without null characters and halves of characters")
        if isinstance(given, str) and given.strip():
            return given
        return self.wrong(at, given, "text (in quotes where it looks like a number, a date or true)")

    def flag(self, given: object, at: Path) -> bool | Wrong:
        """true or false."""
        return given if isinstance(given, bool) else self.wrong(at, given, "true or false")

    def number(self, given: object, at: Path) -> int | float | Wrong:
        """A number of 0 or more."""
        if isinstance(given, (int, float)) and not isinstance(given, bool) and 0 <= given < 1_000_000:
            return given
        return self.wrong(at, given, "a number of 0 or more")

    def whole(self, given: object, at: Path, highest: int) -> int | Wrong:
        """A whole number from 0 to `highest`."""
        if isinstance(given, int) and not isinstance(given, bool) and 0 <= given <= highest:
            return given
        return self.wrong(at, given, f"a whole number from 0 to {highest}")

    def code(self, given: object, at: Path, kind: Iterable[str]) -> str | Wrong:
        """One word of a closed set."""
        words = tuple(map(str, kind))
        if isinstance(given, str) and given in words:
            return given
        if not isinstance(given, str) and plain(given) in words:
            return self.wrong(at, given, f"'{plain(given)}' in quotes: without them YAML reads a number")
        listed = ", ".join(f"'{word}'" if word.isdigit() else word for word in words)
        return self.wrong(at, given, f"one of {listed}{hint(given, words)}")

    def several(
        self, given: object, at: Path, expected: str, read: Callable[[object, Path], str | Wrong]
    ) -> tuple[str, ...] | Wrong:
        """A list with at least one word, none given twice."""
        entries = self.entries(given, at, expected)
        if not entries:
            return WRONG if not isinstance(given, (list, tuple)) else self.wrong(at, "an empty list", expected)
        words: list[str] = []
        refused = False
        for index, entry in enumerate(entries):
            word = read(entry, (*at, index))
            if word is WRONG:
                refused = True
            elif word in words:
                self.wrong((*at, index), entry, "each entry once")
            else:
                words.append(str(word))
        return WRONG if refused else tuple(words)


class Reading(Notes):
    """One pass over a policy document, with the names that it declares.

    `per_lesion`, `per_override` and `after_rows` say what a question may be asked of at this place: a lesion, a
    clinician's own window, the rows already listed.
    """

    def __init__(self, lines: Lines | None = None) -> None:
        super().__init__(lines)
        self.rows: tuple[str, ...] = ()
        self.row_names: dict[str | int, str] = {}
        self.names: dict[str, tuple[str, ...]] = {"studies": (), "procedures": (), "therapies": ()}
        self.numbers: dict[str, Named | Offset] = {}
        self.questions: dict[str, object] = {}
        self.per_lesion = False
        self.per_override = False
        self.after_rows = False

    def path(self, at: Path) -> str:
        """The path with a row's id instead of its place."""
        if len(at) > 1 and at[0] == "rows" and at[1] in self.row_names:
            at = (at[0], self.row_names[at[1]], *at[2:])
        return super().path(at)

    def number_named(self, given: object, *, is_period: bool) -> Named | None:
        """The declared number to which a place refers, by its name or as ``{below: name}``; None where it does not."""
        below = isinstance(given, Mapping) and list(given) == ["below"]
        name = given["below"] if isinstance(given, Mapping) and below else given
        found = self.numbers.get(name) if isinstance(name, str) else None
        if not isinstance(found, Named) or found.is_period is not is_period:
            return None
        return Named(found - 1, {"below": name}, is_period=is_period) if below else found

    def whole(self, given: object, at: Path, highest: int) -> int | Wrong:
        """A whole number from 0 to `highest`, or the name of one."""
        named = self.number_named(given, is_period=False)
        return named if named is not None and 0 <= named <= highest else super().whole(given, at, highest)

    def days(self, given: object, at: Path) -> int | Wrong:
        """Days of a period written in days or weeks, or the name of one."""
        named = self.number_named(given, is_period=True)
        if named is not None and named >= 0:
            return named
        if not isinstance(given, str):
            return self.wrong(at, given, "a period in days or weeks with its unit, such as 7 d or 12 w")
        try:
            return parse_period(given)
        except ValueError as error:
            return self.wrong(at, given, str(error).partition(": ")[2] or "a period such as 7 d or 12 w")

    def one_of(self, given: object, at: Path, words: Iterable[str], expected: str) -> str:
        """One of a few words of the form itself; an empty text after noting the mistake."""
        if isinstance(given, str) and given in tuple(words):
            return given
        self.wrong(at, given, expected)
        return ""

    def named(self, given: object, at: Path, family: str) -> str | Wrong:
        """The name of a set that the document declares under `sets`."""
        if isinstance(given, str) and given in self.names[family]:
            return given
        return self.wrong(
            at,
            given,
            f"a set declared under sets.{family}: {', '.join(self.names[family]) or 'none is declared'}",
        )

    def row(self, given: object, at: Path) -> str | Wrong:
        """The id of a row of this document."""
        if isinstance(given, str) and given in self.rows:
            return given
        return self.wrong(at, given, f"the id of a row of this document: {', '.join(self.rows) or 'it has none'}")
