"""What happened to an invented patient: each story asks for certain policy rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from tracker.demo.person import Person


def _steady(p: Person, *, studied: float = 8, seen: float = 12, response: str = "stable") -> date:
    """Followed for a while: regular studies, visits and the same response throughout. Returns the last study day."""
    last = p.ago(studied)
    for step in range(3, 0, -1):
        p.study(last - timedelta(weeks=12 * step))
    p.study(last)
    p.response(last - timedelta(weeks=12), response)
    p.response(last, response)
    p.visit(p.ago(seen))
    return last


def story_low_risk(p: Person) -> None:
    """A1: asymptomatic, never treated, nothing at risk."""
    p.lesion(p.ago(60), escc="0", sins="low")
    day = p.ago(p.random.choice((2, 4, 6, 8, 9, 11, 12, 15)))
    p.study(day, "ct_systemic", "whole_body")
    p.response(day, "stable")


def story_low_risk_new_therapy(p: Person) -> None:
    """N1 beside A1: the first systemic study after a start is awaited."""
    p.lesion(p.ago(20), escc="0", sins="low")
    start = p.ago(p.random.choice((3, 6, 9)))
    p.study(start - timedelta(days=20), "pet_ct", "whole_body")
    p.line(start, "tki", ("cabozantinib",))


def story_base(p: Person) -> None:
    """B1 to B3: irradiated long ago, followed by the base rhythm of the tempo."""
    level = p.lesion(p.ago(90), escc="0", sins="low")
    p.procedure(p.ago(70), "cebrt", level, dose=20, fractions=5)
    p.symptom(p.ago(80), "known_spine", "back pain, known since the diagnosis")
    _steady(
        p,
        studied=p.random.choice((2, 4, 6, 8, 9, 10, 11, 12, 15)),
        seen=p.random.choice((3, 5, 7, 9, 11, 13, 18)),
    )


def story_unknown_score(p: Person) -> None:
    """B1 for an unknown score, with B0 where nobody has seen the surgeon yet."""
    p.lesion(p.ago(6), escc=p.random.choice(("0", "1a")), sins="unknown")
    p.study(p.ago(6))


def story_never_graded(p: Person) -> None:
    """B5 and B4: a lesion without a grade and without any study on record."""
    p.lesion(p.ago(p.random.choice((1, 3, 7))), escc="", sins="none")


def story_epidural(p: Person) -> None:
    """C3: ESCC 1a or 1b."""
    last = _steady(p, studied=p.random.choice((2, 4, 6, 9, 10, 12, 14)), seen=p.random.choice((3, 6, 9, 13)))
    p.lesion(last - timedelta(weeks=24), escc="1a", sins="low", later=(last, p.random.choice(("1a", "1b"))))
    p.symptom(p.ago(40), "known_spine", "girdle pain")


def story_touching(p: Person) -> None:
    """C2: ESCC 1c."""
    last = p.ago(p.random.choice((3, 5, 7, 9)))
    p.study(last - timedelta(weeks=10))
    p.study(last)
    p.response(last, "stable")
    p.lesion(last - timedelta(weeks=10), escc="1b", sins="low", later=(last, "1c"))
    if p.random.random() < 0.6:
        p.visit(last + timedelta(days=5))


def story_unstable_soon(p: Person) -> None:
    """C1: SINS 7 to 12."""
    last = _steady(p, studied=p.random.choice((3, 5, 7, 9, 12, 14)), seen=p.random.choice((3, 5, 8, 11, 15)))
    p.lesion(last - timedelta(weeks=30), level=p.random.choice(("T12", "L1", "C7")), escc="0", sins="middle")


def story_unstable(p: Person) -> None:
    """E4: SINS 13 and more, not stabilised."""
    found = p.ago(p.random.choice((0.4, 1, 3)), 1)
    p.study(found)
    p.lesion(found, level="T12", escc="0", sins="high")
    if p.random.random() < 0.5:
        p.visit(found + timedelta(days=2))


def story_compression(p: Person) -> None:
    """E3: ESCC 2 or 3, untreated."""
    found = p.ago(p.random.choice((0, 1, 4)), 0)
    p.study(found)
    p.lesion(found, escc=p.random.choice(("2", "3")), sins="middle")
    if found < p.today - timedelta(days=6):
        p.visit(found + timedelta(days=1))


def story_compression_treated(p: Person) -> None:
    """C2 after M3 and P3: ESCC 2, operated, not yet re-scored."""
    found = p.ago(8)
    p.study(found)
    level = p.lesion(found, level="T7", escc="2", sins="middle")
    p.procedure(found + timedelta(days=3), "separation_surgery", level, hardware="titanium")
    p.visit(found + timedelta(days=3 + 42))


def story_emergency(p: Person) -> None:
    """E1: a new neurological symptom."""
    _steady(p, studied=9, seen=12)
    p.lesion(p.ago(40), escc="1b", sins="low")
    p.symptom(p.today - timedelta(days=p.random.choice((0, 0, 1))), "neuro", p.random.choice(
        ("new weakness of both legs", "numb saddle area", "unsteady walking since this morning")
    ))  # fmt: skip


def story_pain(p: Person) -> None:
    """E2: pain suggestive of progression."""
    _steady(p, studied=8, seen=10)
    p.lesion(p.ago(40), escc="0", sins="low")
    p.symptom(
        p.today - timedelta(days=p.random.randint(0, 9)), "pain_suggestive", "night pain, worse on straining"
    )


def story_progression(p: Person) -> None:
    """R1: progression of the spine, on the same treatment."""
    day = p.ago(p.random.choice((0.5, 1, 2, 3, 5, 9)), 2)
    p.study(day - timedelta(weeks=11))
    p.study(day)
    p.response(day - timedelta(weeks=11), "stable")
    p.response(day, "progressive")
    p.lesion(day - timedelta(weeks=30), escc="0", sins="low", later=(day, "1a"))
    p.visit(day - timedelta(weeks=11) if p.random.random() < 0.5 else day + timedelta(days=1))


def story_switch(p: Person) -> None:
    """N1 with M1: a switch after spinal progression, first contact still owed."""
    day = p.ago(p.random.choice((4, 7, 9)))
    p.study(day)
    p.response(day, "progressive")
    p.lesion(day, escc="0", sins="low")
    p.line(day + timedelta(days=10), "tki", ("lorlatinib",), "progression")


def story_mixed(p: Person) -> None:
    """R2: some lesions better, others worse."""
    day = p.ago(p.random.choice((1, 3, 6)), 2)
    p.study(day)
    p.response(day, "mixed")
    p.lesion(day - timedelta(weeks=20), escc="0", sins="low")
    p.lesion(day, level="L3", escc="1a", sins="low")


def story_flare(p: Person) -> None:
    """R3a or R3b: growth that may be a flare."""
    day = p.ago(p.random.choice((2, 5, 7)))
    p.study(day)
    p.response(day, "pseudoprogression_suspected")
    level = p.lesion(day - timedelta(weeks=22), escc="0", sins="low")
    p.procedure(day - timedelta(weeks=100), "cebrt", level, dose=20, fractions=5)


def story_sbrt(p: Person) -> None:
    """P1: SBRT within 78 weeks."""
    treated = p.ago(p.random.choice((4, 10, 26, 52, 70)))
    level = p.lesion(treated - timedelta(weeks=3), escc="1a" if p.random.random() < 0.4 else "0", sins="low")
    p.study(treated - timedelta(weeks=2))
    p.procedure(treated, "sbrt", level, dose=24, fractions=2)
    if treated < p.today - timedelta(weeks=22):
        p.study(p.ago(p.random.choice((2, 5, 7, 9, 11, 14))))
        p.visit(p.ago(p.random.choice((3, 6, 9, 13))))


def story_sbrt_long_ago(p: Person) -> None:
    """P2: SBRT more than 78 weeks ago."""
    level = p.lesion(p.ago(130), escc="0", sins="low")
    p.procedure(p.ago(120), "sbrt", level, dose=27, fractions=3)
    _steady(p, studied=p.random.choice((4, 9, 14, 18, 22, 27)), seen=p.random.choice((4, 8, 10, 15)))


def story_operated(p: Person) -> None:
    """P3: stabilised or decompressed within 78 weeks."""
    treated = p.ago(p.random.choice((2, 5, 12, 25, 51)), 3)
    level = p.lesion(treated - timedelta(weeks=2), level="L1", escc="0", sins="middle")
    p.study(treated - timedelta(weeks=2))
    p.procedure(treated, "stabilization", level, hardware=p.random.choice(("titanium", "carbon_peek")))
    for week in (2, 6, 13, 26):
        day = treated + timedelta(weeks=week)
        if day < p.today - timedelta(days=10):
            p.visit(day)
            p.study(day)


def story_cement(p: Person) -> None:
    """P4: cementoplasty within 26 weeks."""
    treated = p.ago(p.random.choice((3, 5, 11)), 3)
    level = p.lesion(treated - timedelta(weeks=2), level="T10", escc="0", sins="middle")
    p.study(treated - timedelta(weeks=2))
    p.procedure(treated, "cementoplasty", level)
    if treated < p.today - timedelta(weeks=8):
        p.visit(treated + timedelta(weeks=4))


def story_radiotherapy(p: Person) -> None:
    """P5: conventional radiotherapy within 26 weeks."""
    treated = p.ago(p.random.choice((4, 7, 12)), 3)
    level = p.lesion(treated - timedelta(weeks=2), escc="0", sins="low")
    p.study(treated - timedelta(weeks=2))
    p.procedure(treated, "cebrt", level, dose=20, fractions=5)


def story_ablation(p: Person) -> None:
    """P6: thermal ablation within 26 weeks."""
    treated = p.ago(p.random.choice((3, 6, 11)), 3)
    level = p.lesion(treated - timedelta(weeks=2), level="L4", escc="0", sins="low")
    p.study(treated - timedelta(weeks=2))
    p.procedure(treated, "ablation", level)


def story_step_down(p: Person) -> None:
    """D1 once approved: quiet for two years."""
    level = p.lesion(p.ago(160), escc="0", sins="low")
    p.procedure(p.ago(150), "cebrt", level, dose=20, fractions=5)
    for weeks in (110, 98, 86, 74, 62, 50, 38, 26, p.random.choice((14, 20, 25))):
        day = p.ago(weeks, 2)
        p.study(day)
        p.response(day, "stable")
    p.visit(p.ago(p.random.choice((30, 44))))


def story_new(p: Person) -> None:
    """B4 and B0: registered this week, nothing done yet."""
    p.lesion(p.ago(1, 3), escc="0", sins="unknown")


def story_deceased(p: Person) -> None:
    """S1."""
    story_base(p)
    p.status(p.ago(4), "deceased", "died at home")


def story_hospice(p: Person) -> None:
    """S2."""
    story_base(p)
    p.status(p.ago(3), "hospice", "comfort care, confirmed with the family")


def story_declined(p: Person) -> None:
    """S3."""
    story_base(p)
    p.status(p.ago(10), "declined", "wants no more scans")


def story_transferred(p: Person) -> None:
    """S4, or a transfer still waiting for its acceptance."""
    story_base(p)
    p.status(p.ago(5), "transferred", "moved away", accepted=p.random.random() < 0.7)


def story_discharged(p: Person) -> None:
    """S5."""
    story_base(p)
    p.status(p.ago(6), "discharged", "solitary lesion excised, five years quiet")


Story = Callable[[Person], None]

#: Every story with its share of the cohort; the first round tells each once, so that every row stands for someone.
STORIES: tuple[tuple[Story, int], ...] = (
    (story_low_risk, 10), (story_low_risk_new_therapy, 4), (story_base, 16), (story_unknown_score, 5),
    (story_never_graded, 3), (story_epidural, 8), (story_touching, 4), (story_unstable_soon, 8), (story_unstable, 2),
    (story_compression, 2), (story_compression_treated, 2), (story_emergency, 1), (story_pain, 2),
    (story_progression, 5), (story_switch, 4), (story_mixed, 3), (story_flare, 3), (story_sbrt, 12),
    (story_sbrt_long_ago, 6), (story_operated, 6), (story_cement, 3), (story_radiotherapy, 4), (story_ablation, 2),
    (story_step_down, 6), (story_new, 3), (story_deceased, 2), (story_hospice, 1), (story_declined, 1),
    (story_transferred, 2), (story_discharged, 1),
)  # fmt: skip
