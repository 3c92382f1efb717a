"""Previewing a province's whole year: 126 communes, 40 tasks, every letter rendered, nobody answering.

python -m benchmarks.preview                 the province, and where the time goes
python -m benchmarks.preview --communes 12   a tenth of it
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
from datetime import date, timedelta
from time import perf_counter, process_time
from typing import get_args

from dondoc.core.assumption import Assume
from dondoc.core.letter import Letter
from dondoc.core.organisation import Organisation
from dondoc.core.plan import Plan
from dondoc.desk.preview import Wish, preview_plan
from dondoc.settings import load_settings

TASKS = 40
GOAL = 10.0
"""Seconds."""


def province(communes: int) -> Organisation:
    """A province with a department that follows up, its standing committee, and so many communes."""
    units = [
        {
            "id": f"xa-{number:03}",
            "name": f"Hội Phụ nữ xã {number}",
            "level": "commune",
            "people": [
                {"role": "head", "email": f"chu-tich@xa-{number:03}.example", "receives": ["escalations"]},
                {"role": "officer", "email": f"can-bo@xa-{number:03}.example", "receives": ["duties", "copies"]},
            ],
        }
        for number in range(communes)
    ]
    department = {
        "id": "ban",
        "name": "Ban Gia đình Xã hội",
        "kind": "department",
        "people": [
            {"role": "head", "email": "truong-ban@tinh.example", "receives": ["escalations"]},
            {"role": "officer", "email": "can-bo@tinh.example", "receives": ["duties"]},
        ],
    }
    secretary = {"role": "secretary", "email": "thu-ky@tinh.example"}
    return Organisation.model_validate(
        {
            "organisation": "tinh",
            "name": "Hội Phụ nữ tỉnh",
            "calendar": {"holidays": "VN"},
            "units": [*units, department],
            "committees": [{"id": "thuong-truc", "name": "Thường trực", "secretary": secretary}],
        }
    )


def year_plan() -> Plan:
    """Forty tasks of every commune, one due every nine days."""
    tasks = [
        {
            "id": f"viec-{number:02}",
            "title": f"Báo cáo kết quả thực hiện nhiệm vụ {number}",
            "owner": "each commune",
            "due": (date(2023, 1, 16) + timedelta(days=9 * number)).isoformat(),
            "submit": {"what": "files", "review": "ban"},
        }
        for number in range(TASKS)
    ]
    return Plan.model_validate(
        {
            "plan": "tinh-2023",
            "title": "Kế hoạch năm 2023",
            "issued": "2023-01-02",
            "period": "2023-01-02/2023-12-31",
            "focal_point": "ban",
            "policy": {
                "remind": ["14 days before", "7 days before", "1 working day before", "on the day"],
                "chase": "every 2 working days after",
                "escalate": [
                    {"after": "1 working day", "to": "head of owner"},
                    {"after": "3 working days", "to": "focal point"},
                    {"after": "5 working days", "to": "thuong-truc", "again": "every 10 working days"},
                ],
            },
            "sections": [{"id": "I", "title": "Việc", "tasks": tasks}],
        }
    )


def measure(communes: int, assume: Assume) -> dict[str, float]:
    """Preview the year; every letter is rendered and looked at once."""
    characters = 0

    def weigh(letter: Letter) -> None:
        nonlocal characters
        characters += len(letter.html) + len(letter.text)

    plan, organisation = year_plan(), province(communes)
    wall, cpu = perf_counter(), process_time()
    found = preview_plan(plan, organisation, load_settings({}), Wish(assume=assume, each=weigh))
    assert len(found.obligations) == communes * TASKS
    return {
        "letters": len(found.letters),
        "items": sum(len(one.about) for one in found.letters),
        "megabytes": characters / 1e6,
        "wall": perf_counter() - wall,
        "cpu": process_time() - cpu,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--communes", type=int, default=126)
    options.add_argument("--one", choices=get_args(Assume), help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.one:
        print(json.dumps(measure(given.communes, given.one)))
        return
    print(f"{'':8} {'letters':>8} {'items':>8} {'MB':>6} {'wall s':>7} {'CPU s':>7} {'peak MiB':>9}")
    for assume in reversed(get_args(Assume)):
        command = [sys.executable, "-m", "benchmarks.preview", "--one", assume, "--communes", str(given.communes)]
        one = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
        print(
            f"{assume:8} {one['letters']:8,.0f} {one['items']:8,.0f} {one['megabytes']:6.0f} {one['wall']:7.1f} "
            f"{one['cpu']:7.1f} {one['peak']:9.0f}   goal: {GOAL:.0f} s"
        )


if __name__ == "__main__":
    main()
