"""What happened to an invented patient whose spine was treated: each story asks for certain policy rows."""

from __future__ import annotations

from datetime import date, timedelta

from tracker.demo.person import Person


def _treated(
    p: Person,
    weeks: tuple[int, ...],
    kind: str,
    *,
    level: str = "",
    sins: str = "low",
    dose: int | None = None,
    fractions: int | None = None,
    hardware: tuple[str, ...] = (),
) -> date:
    """One level found, looked at and treated about so many weeks ago. Returns the day of the treatment."""
    treated = p.ago(p.random.choice(weeks), 3)
    found = treated - timedelta(weeks=2)
    level = p.lesion(found, level=level, sins=sins)
    p.study(found)
    screws = p.random.choice(hardware) if hardware else ""
    p.procedure(treated, kind, level, dose=dose, fractions=fractions, hardware=screws)
    return treated


def compression_treated(p: Person) -> None:
    """C2 after M3 and P3: ESCC 2, operated, not yet re-scored."""
    found = p.ago(8)
    p.study(found)
    level = p.lesion(found, level="T7", escc="2", sins="middle")
    p.procedure(found + timedelta(days=3), "separation_surgery", level, hardware="titanium")
    p.visit(found + timedelta(days=3 + 42))


def sbrt(p: Person) -> None:
    """P1: SBRT within 78 weeks."""
    treated = p.ago(p.random.choice((4, 10, 26, 52, 70)))
    level = p.lesion(treated - timedelta(weeks=3), escc="1a" if p.random.random() < 0.4 else "0", sins="low")
    p.study(treated - timedelta(weeks=2))
    p.procedure(treated, "sbrt", level, dose=24, fractions=2)
    if treated < p.today - timedelta(weeks=22):
        p.study(p.ago(p.random.choice((2, 5, 7, 9, 11, 14))))
        p.visit(p.ago(p.random.choice((3, 6, 9, 13))))


def sbrt_long_ago(p: Person) -> None:
    """P2: SBRT more than 78 weeks ago."""
    level = p.lesion(p.ago(130), escc="0", sins="low")
    p.procedure(p.ago(120), "sbrt", level, dose=27, fractions=3)
    p.followed(studied=p.random.choice((4, 9, 14, 18, 22, 27)), seen=p.random.choice((4, 8, 10, 15)))


def operated(p: Person) -> None:
    """P3: stabilised or decompressed within 78 weeks."""
    hardware = ("titanium", "carbon_peek")
    treated = _treated(p, (2, 5, 12, 25, 51), "stabilization", level="L1", sins="middle", hardware=hardware)
    for week in (2, 6, 13, 26):
        day = treated + timedelta(weeks=week)
        if day < p.today - timedelta(days=10):
            p.visit(day)
            p.study(day)


def cement(p: Person) -> None:
    """P4: cementoplasty within 26 weeks."""
    treated = _treated(p, (3, 5, 11), "cementoplasty", level="T10", sins="middle")
    if treated < p.today - timedelta(weeks=8):
        p.visit(treated + timedelta(weeks=4))


def radiotherapy(p: Person) -> None:
    """P5: conventional radiotherapy within 26 weeks."""
    _treated(p, (4, 7, 12), "cebrt", dose=20, fractions=5)


def ablation(p: Person) -> None:
    """P6: thermal ablation within 26 weeks."""
    _treated(p, (3, 6, 11), "ablation", level="L4")


def step_down(p: Person) -> None:
    """D1 once approved: quiet for two years."""
    level = p.lesion(p.ago(160), escc="0", sins="low")
    p.procedure(p.ago(150), "cebrt", level, dose=20, fractions=5)
    for weeks in (110, 98, 86, 74, 62, 50, 38, 26, p.random.choice((14, 20, 25))):
        day = p.ago(weeks, 2)
        p.seen(day, "stable")
    p.visit(p.ago(p.random.choice((30, 44))))
