"""A window's drawing: where each day lands, what lies outside, and labels that keep clear of each other."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tracker.web.look.axis import LOOKING_AHEAD, LOOKING_BACK, axis_head, list_axis
from tracker.web.look.bars import list_bar, page_bar

TODAY = date(2026, 11, 20)


def test_today_stands_at_the_same_place_in_every_row() -> None:
    axis = list_axis(TODAY, LOOKING_BACK)
    assert axis.at(TODAY) == 82
    assert list_axis(TODAY, LOOKING_AHEAD).at(TODAY) == 18


def test_an_overdue_window_runs_blue_then_amber_then_red_to_today() -> None:
    bar = list_bar(list_axis(TODAY, LOOKING_BACK), date(2026, 9, 29), date(2026, 10, 27), date(2026, 11, 3))
    assert bar.opened is not None
    assert bar.grace is not None
    assert (bar.opened.x, bar.opened.width) == ("30%", "28%")
    assert (bar.grace.x, bar.grace.width) == ("58%", "7%")
    assert bar.late == ("65%", "82%")
    assert bar.words == (
        "Earliest 29 Sep 2026, due 27 Oct 2026, latest 3 Nov 2026; today 20 Nov 2026, 17 days past latest."
    )


def test_a_window_beyond_both_ends_keeps_its_arrows() -> None:
    axis = list_axis(TODAY, LOOKING_AHEAD)
    bar = list_bar(axis, TODAY - timedelta(40), TODAY + timedelta(10), TODAY + timedelta(200))
    assert (bar.arrow_left, bar.arrow_right) == ("open", "grace")
    gone = list_bar(axis, TODAY - timedelta(90), TODAY - timedelta(60), TODAY - timedelta(50))
    assert gone.opened is None
    assert gone.arrow_left == "late-arrow"
    assert gone.late == ("0%", "18%")


def test_a_booking_past_latest_is_crossed() -> None:
    axis = list_axis(TODAY, LOOKING_AHEAD)
    window = (TODAY, TODAY + timedelta(28), TODAY + timedelta(35))
    assert list_bar(axis, *window, booked_on=TODAY + timedelta(35)).booked_late is False
    late = list_bar(axis, *window, booked_on=TODAY + timedelta(39))
    assert late.booked_late is True
    assert late.booked == "57%"
    assert late.words.endswith("booked 29 Dec 2026, past the latest day.")


@given(st.integers(0, 200), st.integers(0, 60), st.integers(0, 60), st.sampled_from([18, 32, 82]))
def test_the_dates_of_a_row_never_cross_the_line_of_today(ago: int, blue: int, amber: int, at: int) -> None:
    opens = TODAY - timedelta(ago - 100)
    bar = list_bar(list_axis(TODAY, at), opens, opens + timedelta(blue), opens + timedelta(blue + amber))
    assert bar.caption is not None
    left, width = (float(share.rstrip("%")) for share in (bar.caption.x, bar.caption.width))
    assert left >= 0
    assert left + width <= 100
    assert not left < at < left + width


def test_dates_too_long_for_one_line_have_all_the_room_beside_today_and_break_between_two() -> None:
    opens, closes = date(2024, 12, 12), date(2025, 1, 9)
    caption = list_bar(list_axis(TODAY, LOOKING_BACK), opens, date(2025, 1, 2), closes).caption
    assert caption is not None
    assert (caption.x, caption.width) == ("0.5%", "80%")
    assert caption.side == "start"
    assert caption.text.split(" ") == ["12\u00a0Dec\u00a02024\u00a0·", "2\u00a0Jan\u00a0·", "9\u00a0Jan\u00a02025"]


@given(st.integers(-300, 300), st.integers(0, 90), st.integers(0, 90), st.integers(1, 400))
def test_dates_below_a_large_bar_stand_in_order_and_apart(start: int, blue: int, amber: int, before: int) -> None:
    opens = TODAY + timedelta(start)
    bar = page_bar(
        TODAY,
        opens,
        opens + timedelta(blue),
        opens + timedelta(blue + amber),
        last_on=opens - timedelta(before),
        last_name="last MRI",
    )
    ends = [
        (float(label.x.rstrip("%")) - w, float(label.x.rstrip("%")) + w)
        for label in bar.labels
        for w in [len(label.text) * 5.7 / 4.7 / 2]
    ]
    assert all(right <= left for (_, right), (left, _) in pairwise(ends))
    assert ends[0][0] >= -0.5
    assert ends[-1][1] <= 100.5


def test_months_keep_clear_of_the_word_today() -> None:
    head = axis_head(list_axis(TODAY, LOOKING_BACK))
    assert head.today.anchor == "end"
    assert [month.text for month in head.months] == ["Sep", "Oct"]
