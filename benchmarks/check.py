"""`dondoc check` of 16,000 lines: 2,260 tasks beside an organisation of 126 communes, without mistakes and with.

python -m benchmarks.check                without mistakes, then with 2,400
python -m benchmarks.check --errors 50    with so many instead

The command runs as a process of its own; beside it, PyYAML's C parser reads the same bytes into lists and dictionaries.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

LINES = 16_000
GOAL = 2.0
"""Seconds."""

READ = """
import sys, yaml
for path in sys.argv[1:]:
    with open(path, "rb") as file:
        yaml.load(file, yaml.CBaseLoader)
"""
PLAN = """\
plan: lon
title: Kế hoạch lớn
issued: 2023-01-02
period: 2023-01-02/2023-12-31
focal_point: ban
policy:
  remind: [14 days before, 7 days before, 1 working day before, on the day]
  chase: every 2 working days after
sections:
"""
TASK = """\
      - id: viec-{number:04}
        title: Báo cáo kết quả thực hiện nhiệm vụ {number}
        owner: each {level}
        due: {due}
        submit:
          what: {what}
          review: {reviewer}
"""
RIGHT = {"level": "commune", "due": "", "what": "files", "reviewer": "ban"}
WRONG = {"level": "comune", "due": "2023-02-30", "what": "file", "reviewer": "bann"}
TASKS_A_SECTION = 20
# Mondays to Thursdays without one of the year's days off
DAYS = [date(2023, 5, 8) + timedelta(weeks=week, days=day) for week in range(16) for day in range(4)]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process took."""

    wall: float
    cpu: float
    peak: float
    output: bytes


def plan(errors: int) -> str:
    """The plan, with so many mistakes at places that are the same every time."""
    each = TASKS_A_SECTION * TASK.count("\n") + 3
    tasks = -(-LINES // each) * TASKS_A_SECTION
    places = [(number, key) for number in range(tasks) for key in RIGHT]
    mistaken = set(random.Random(16_000).sample(places, errors))
    text = [PLAN]
    for number in range(tasks):
        if number % TASKS_A_SECTION == 0:
            section = number // TASKS_A_SECTION
            text.append(f"  - id: S{section}\n    title: Phần {section}\n    tasks:\n")
        said = RIGHT | {"due": DAYS[number % len(DAYS)].isoformat()}
        said |= {key: WRONG[key] for key in RIGHT if (number, key) in mistaken}
        text.append(TASK.format(number=number, **said))
    return "".join(text)


def write(folder: Path, errors: int) -> None:
    """Both files, in a process that ends: of what it took nothing is counted to those it would have started."""
    import yaml

    from benchmarks.preview import province

    organisation = province(126).model_dump(mode="json", exclude_none=True, exclude_defaults=True, by_alias=True)
    text = yaml.safe_dump({**organisation, "levels": ["commune"]}, allow_unicode=True, sort_keys=False)
    (folder / "organisation.yaml").write_text(text, encoding="utf-8")
    (folder / "lon.yaml").write_text(plan(errors), encoding="utf-8")


def run(*command: str) -> Cost:
    """One run, until the process has ended."""
    start = perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in (0, 1), process.returncode
    return Cost(perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, output)


def measure(errors: int) -> None:
    """Three runs of each, in turns; the table's two rows are those of the middle one by CPU."""
    with TemporaryDirectory() as folder:
        writer = get_context("fork").Process(target=write, args=(Path(folder), errors))
        writer.start()
        writer.join()
        files = [str(Path(folder, name)) for name in ("lon.yaml", "organisation.yaml")]
        read = (sys.executable, "-c", READ, *files)
        check = (str(Path(sys.executable).with_name("dondoc")), "check", files[0], "--json")
        runs = [(run(*read), run(*check)) for _ in range(3)]
    found = [one for one in json.loads(runs[0][1].output) if one["severity"] == "error"]
    assert len(found) == errors, f"{len(found)} mistakes found"
    reading, checking = (sorted(costs, key=lambda one: one.cpu)[1] for costs in zip(*runs, strict=True))
    for name, one in (("PyYAML", reading), ("check", checking)):
        goal = "" if name == "PyYAML" else f"   goal: {GOAL:.0f} s ({'met' if one.cpu <= GOAL else 'MISSED'} by CPU)"
        print(f"{name:8} {errors:8,} {one.wall:7.2f} {one.cpu:7.2f} {one.peak:9.0f} {one.cpu / reading.cpu:9.1f}{goal}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--errors", type=int, default=2_400)
    given = options.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}; of three processes each, the middle one by CPU")
    print(f"{'':8} {'mistakes':>8} {'wall s':>7} {'CPU s':>7} {'peak MiB':>9} {'x PyYAML':>9}")
    for errors in dict.fromkeys((0, given.errors)):
        measure(errors)


if __name__ == "__main__":
    main()
