"""Lists and runs the benchmarks: ``python -m tests.benchmarks [NAME ...] [--patients N,N] [--json]``."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NamedTuple


class Benchmark(NamedTuple):
    """One benchmark: its module has `run(sizes) -> dict` with `lines` for people beside its figures."""

    name: str
    module: str
    what: str


BENCHMARKS = (
    Benchmark(
        "planning",
        "tests.benchmarks.planning",
        "planning with all reasons, beside zen-engine's row selection",
    ),
    Benchmark(
        "replanning",
        "tests.benchmarks.replanning",
        "facts in the database to reconciled rows, beside a naive loop",
    ),
    Benchmark(
        "nights",
        "tests.benchmarks.nights",
        "a night that plans whose day has come, beside one that plans everybody",
    ),
)
_PACKAGES = ("zen-engine", "django", "psycopg")


def machine() -> dict[str, Any]:
    """Where the figures were measured, and with which versions."""
    model = ""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = lines[0].partition(":")[2].strip() if lines else ""
    versions = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "not installed"
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "processor": model or platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "load_before": load,
        "versions": versions,
    }


def _sizes(text: str) -> tuple[int, ...]:
    """Numbers of patients, apart by commas."""
    sizes = tuple(int(part) for part in text.split(","))
    if min(sizes) < 1:
        raise ValueError(text)
    return sizes


def main(arguments: list[str] | None = None) -> int:
    """Run the named benchmarks, or list them where none is named."""
    names = [one.name for one in BENCHMARKS]
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(names)}, or all")
    parser.add_argument("--patients", type=_sizes, metavar="N,N", help="sizes, such as 5000,25000,100000")
    parser.add_argument("--json", action="store_true", help="print every figure as JSON")
    given = parser.parse_args(arguments)
    unknown = [name for name in given.names if name not in (*names, "all")]
    if unknown:
        parser.error(f"unknown benchmark {', '.join(unknown)}; expected {', '.join(names)} or all")
    if not given.names:
        for one in BENCHMARKS:
            print(f"{one.name:12} {one.what}")
        return 0
    report: dict[str, Any] = {"machine": machine(), "benchmarks": {}}
    for one in BENCHMARKS:
        if one.name in given.names or "all" in given.names:
            if not given.json:
                print(f"{one.name}: {one.what}", file=sys.stderr)
            module = import_module(one.module)
            result = module.run(given.patients or module.SIZES)
            lines = result.pop("lines", None) or [json.dumps(result, indent=2)]
            report["benchmarks"][one.name] = result
            if not given.json:
                print("\n".join(lines))
    if given.json:
        print(json.dumps(report, indent=2))
    else:
        where = report["machine"]
        versions = ", ".join(f"{name} {number}" for name, number in where["versions"].items())
        print(
            f"{where['processor']}, {where['cores']} cores, {where['system']}, load {where['load_before']}; {versions}"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
