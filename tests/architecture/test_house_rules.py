"""Rules about every file: it says what it is for, stays readable, and names no machine."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest
from django.core.management import get_commands

from tests.architecture.source import PACKAGES, ROOT, imports, modules, place, tracked, tree

LONGEST = 400
# Written in pieces, so that this file is no finding of its own.
MACHINE = re.compile(
    "|".join(
        (
            r"(?<![\w.])/(?:" + "work" + "|" + "farm" + "|" + "root" + r")/[\w.-]",
            r"/" + "home" + r"/\w+/",
            r"https?://[^\s\"']*/(?:simple|packages)/",
            "index" + r"[-_]url\s*=",
            "files\\." + "pythonhosted",
            "pypi" + r"\.org",
        )
    )
)
INLINE = re.compile(
    r"\sstyle=|<style\b|\son[a-z]+=|<script(?![^>]*\b(?:src|type=\"application/json\"))[^>]*>|javascript:",
    re.I,
)


def test_every_module_says_in_its_docstring_what_it_is_for() -> None:
    silent = [place(path) for path in modules(*PACKAGES, "tests", "manage.py") if not ast.get_docstring(tree(path))]
    assert silent == []


def test_no_module_is_too_long_to_be_read() -> None:
    sizes = {place(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules(*PACKAGES, "tests")}
    assert {name: size for name, size in sizes.items() if size > LONGEST} == {}


def test_no_drawer_of_leftovers() -> None:
    drawers = {"utils", "util", "common", "helpers", "misc"}
    assert [place(path) for path in modules(*PACKAGES, "tests") if path.stem in drawers] == []


def test_no_file_names_a_machine_or_a_package_index() -> None:
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        found += [f"{place(path)}: {match.group()}" for match in MACHINE.finditer(text)]
    assert found == []


def test_templates_keep_the_content_security_policy() -> None:
    found = [
        f"{place(path)}: {match.group().strip()}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for match in INLINE.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize("bad", ['<p style="x">', "<style>", '<a onclick="f()">', "<script>f()</script>"])
def test_inline_code_is_seen(bad: str) -> None:
    assert INLINE.search(bad)


def test_outside_code_is_allowed() -> None:
    assert not INLINE.search(
        '<script src="/static/queue.js" defer></script><link rel="stylesheet" href="/static/a.css">'
    )


def test_every_dependency_has_a_reason() -> None:
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    project = tomllib.loads("\n".join(lines))
    groups = [project["project"]["dependencies"], *project["dependency-groups"].values()]
    wanted = [dependency for group in groups for dependency in group]
    assert len(wanted) > 15
    for dependency in wanted:
        line = next(line for line in lines if f'"{dependency}"' in line)
        reason = line.partition("#")[2].strip()
        assert len(reason) > 10, f"{dependency}: say behind it why it is here"


def test_every_library_the_product_imports_is_a_direct_dependency() -> None:
    def plain(name: str) -> str:
        return re.sub(r"[-_.]+", "-", name).lower()

    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    direct = {plain(re.match(r"[\w.-]+", dependency).group()) for dependency in wanted}  # type: ignore[union-attr]
    own = {*sys.stdlib_module_names, *PACKAGES, "manage"}
    providers = packages_distributions()
    strangers = {
        f"{place(path, node)} imports {name}"
        for path in modules(*PACKAGES)
        for name, node in imports(path)
        if (top := name.split(".")[0]) not in own and not {plain(p) for p in providers.get(top, [top])} & direct
    }
    assert strangers == set()


def pins(name: str) -> dict[str, str]:
    """Name and exact version (with its marker) of a pinned list."""
    lines = (ROOT / ".ci" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.rstrip(" \\").split("==", 1) for line in lines if re.match(r"[a-z0-9]", line))


@pytest.mark.parametrize("wider", ["test", "dev"])
def test_wider_lists_hold_the_run_list_unchanged(wider: str) -> None:
    assert pins("run").items() <= pins(wider).items()


def test_every_pin_has_a_hash() -> None:
    for name in ("run", "test", "dev"):
        text = (ROOT / ".ci" / f"{name}.txt").read_text(encoding="utf-8")
        entries = re.split(r"\n(?=[a-z0-9])", text)
        assert len(entries) == len(pins(name))
        assert [entry.split("==")[0] for entry in entries if "--hash=sha256:" not in entry] == []


def documented_commands() -> set[str]:
    """Every manage.py command that the README or a guide shows."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md"))]
    return {name for text in texts for name in re.findall(r"manage\.py ([a-z_]+)", text)}


def test_the_readmes_commands_exist() -> None:
    shown = documented_commands()
    assert {"demo", "test"} <= shown
    assert shown - set(get_commands()) - {"test"} == set()


def test_every_setting_is_in_the_operators_guide() -> None:
    settings = (ROOT / "tracker" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r"(?:environ\.get|flag|number|words)\(\s*\"([A-Z_]+)\"", settings))
    guide = (ROOT / "docs" / "guide" / "operator.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `([A-Z_]+)`", guide, re.M))
    assert len(read) > 10
    assert listed == read


def test_who_acts_and_when_travel_together_as_one_occasion() -> None:
    apart = [
        f"{place(path, node)}: {node.name}"
        for path in modules("tracker")
        if "services" in path.relative_to(ROOT).parts
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
        and "by" in (names := {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)})
        and names & {"today", "at", "now"}
    ]
    assert apart == []
