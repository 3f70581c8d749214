"""The guides inside the product: each is there, links between them lead to pages, and no text becomes markup."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import resolve

from tracker.web.help import pages

pytestmark = pytest.mark.django_db


def test_who_is_not_signed_in_is_led_to_the_door(client: Client) -> None:
    answer = client.get("/help/")
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/sign-in/")


def test_the_index_names_every_guide(nurse: Client) -> None:
    text = nurse.get("/help/").content.decode()
    assert [guide.slug for guide in pages.GUIDES if f'href="/help/{guide.slug}/"' not in text] == []


@pytest.mark.parametrize("slug", [guide.slug for guide in pages.GUIDES])
def test_every_guide_is_a_page_with_its_headings(nurse: Client, slug: str) -> None:
    answer = nurse.get(f"/help/{slug}/")
    file = next(guide.file for guide in pages.GUIDES if guide.slug == slug)
    first = (pages.DOCS / file).read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
    assert answer.status_code == 200
    assert f'<h1 id="{pages.anchor(first)}">{first}</h1>' in answer.content.decode()


def test_an_unknown_guide_is_not_found(nurse: Client) -> None:
    assert nurse.get("/help/nobody/").status_code == 404


def test_links_between_files_lead_to_pages_that_exist() -> None:
    for guide in pages.GUIDES:
        for target in re.findall(r'href="(/[^"#]*)', pages.as_html(guide.file)):
            assert resolve(target).url_name in ("help", "help-guide"), f"{guide.file}: {target}"


def test_a_row_of_the_shipped_policy_is_reached_by_its_heading() -> None:
    text = pages.as_html("reference/default-policy.md")
    named = set(re.findall(r'href="#([^"]+)"', text))
    assert len(named) > 20
    assert named <= set(re.findall(r' id="([^"]+)"', text))


def test_markup_inside_a_text_is_shown_and_not_taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.md").write_text("# A <b>\n\n<script>alert(1)</script> [go](javascript:alert(1))\n", encoding="utf-8")
    monkeypatch.setattr(pages, "DOCS", tmp_path)
    text = pages.as_html("x.md")
    assert "<script" not in text
    assert "<b>" not in text
    assert 'javascript:alert(1)"' not in text


def test_notes_to_readers_of_the_file_are_left_out_and_lines_break_in_tables() -> None:
    text = pages.as_html("reference/default-policy.md")
    assert "Written from the code" not in text
    assert "&lt;" not in text
