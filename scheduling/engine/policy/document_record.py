"""The section `record` of a document: how the dated record becomes the facts of a day."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scheduling.engine.policy.mistakes import WRONG, Path, Wrong
from scheduling.engine.policy.named import write_number
from scheduling.engine.policy.parameters import AsItIs, AsList, Period
from scheduling.engine.policy.parts import Part
from scheduling.engine.policy.reading import Reading
from scheduling.engine.policy.rows import RecordRules
from scheduling.engine.scores.sins import HIGHEST_TOTAL
from scheduling.engine.vocabulary import ResponseCategory, TherapyClass


@dataclass(frozen=True)
class Declared(AsItIs):
    """The name of a set of this family."""

    family: str

    @property
    def expected(self) -> str:
        return f"the name of a set of {self.family}"

    def read(self, reading: Reading, given: object, at: Path) -> str | Wrong:
        known = reading.names.get(self.family, ())
        return reading.one_of(given, at, known, f"{self.expected}: {', '.join(known)}") or WRONG


@dataclass(frozen=True)
class Bands:
    """The lowest totals of the second and third band."""

    expected: str = "the lowest totals of the second and third band, rising, such as [7, 13]"

    def read(self, reading: Reading, given: object, at: Path) -> tuple[int, int] | Wrong:
        match given:
            case [second, third] if not isinstance(given, str):
                read = reading.whole(second, (*at, 0), HIGHEST_TOTAL), reading.whole(third, (*at, 1), HIGHEST_TOTAL)
                match read:
                    case [int(lower), int(upper)] if 0 < lower < upper:
                        return lower, upper
                    case [int(), int()]:
                        return reading.wrong(at, given, self.expected)
                return WRONG
        return reading.wrong(at, given, self.expected)

    def write(self, value: tuple[int, int]) -> object:
        return [write_number(edge) for edge in value]


@dataclass(frozen=True)
class Order(AsList):
    """Words of a closed set in an order; all of them where it is `whole`, but for `without`."""

    kind: type[StrEnum]
    whole: bool = True
    without: str = ""

    @property
    def expected(self) -> str:
        return f"words of {', '.join(self.kind)}"

    def read(self, reading: Reading, given: object, at: Path) -> tuple[str, ...] | Wrong:
        words = reading.several(given, at, self.expected, lambda entry, path: reading.code(entry, path, self.kind))
        if not isinstance(words, tuple):
            return WRONG
        needed = [word.value for word in self.kind if self.whole and word != self.without]
        missing = [word for word in needed if word not in words]
        if missing or len(set(words)) < len(words):
            expected = f"each once, none left out; missing: {', '.join(missing) or 'none'}"
            return reading.wrong(at, list(words), expected)
        return words


#: The rules of the record, by the keys of the section.
RECORD = Part(
    RecordRules,
    {
        "escc_begins_anew_after": Declared("procedures"),
        "stabilised_by": Declared("procedures"),
        "sins_bands": Bands(),
        "worst_response_first": Order(ResponseCategory, without=ResponseCategory.NOT_ASSESSED),
        "switch_after": Order(ResponseCategory, whole=False),
        "stated_reason_counts_without_response_for": Period(),
        "therapy_class_first": Order(TherapyClass, without=TherapyClass.NONE),
        "own_window_spent_by": Declared("studies"),
    },
    called={"stated_reason_counts_without_response_for": "stated_reason_days"},
)
