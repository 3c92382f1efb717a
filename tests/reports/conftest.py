"""A ledger in which the districts of Bắc Ninh reported on their first half-year: one of them late, one not at all."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dondoc.core.history import Accepted, Submitted
from dondoc.desk.workplace import Workplace
from dondoc.store.ledger import record
from dondoc.store.submissions import keep_submission
from tests.places import PLANS, adopt, local, workplace

TASK = "tre-em-2023/bao-cao-6-thang"
DUE = "2023-06-19"
COUNTED = "2023-06-28 08:00"
UNITS = ("tp-bac-ninh", "tp-tu-son", "tx-que-vo", "tx-thuan-thanh", "h-gia-binh", "h-luong-tai", "h-tien-du")
"""Those that reported, the last of them two days late; Yên Phong did not."""


def figures(number: int) -> dict[str, object]:
    """The answers of the district with this number."""
    return {
        **{f"I{n:02}": 10 * n + number for n in range(1, 12)},
        "I10": f"{100 + number}.5",
        "I12": number,
        "I13": 20 + number,
        "I14": {"co_ke_hoach": 5 + number, "tong_so": 12},
        "ket_qua": "=Đã tổ chức truyền thông ở mọi cơ sở." if number % 2 else "Duy trì các mô hình.",
        "kien_nghi": "Đề nghị cấp thêm tài liệu.",
    }


def report_half_a_year(place: Workplace) -> Workplace:
    """Have the units hand in; gives the place as the reports were counted."""
    for number, unit in enumerate(UNITS):
        at = local(f"{DUE} 10:00") + timedelta(days=2 if unit == UNITS[-1] else 0)
        about = {"obligation": f"{TASK}/{unit}/2023-H1", "by": "test"}
        with place.database.writing() as connection:
            keep_submission(
                connection, f"{TASK}/{unit}/2023-H1", received_at=at, recorded_at=at, channel="form", by="test",
                data=figures(number),
            )  # fmt: skip
            facts = [Submitted(happened_at=at, recorded_at=at, version=1, channel="form", **about)]  # type: ignore[arg-type]
            if number < 6:  # the last is under review
                facts.append(Accepted(happened_at=at, recorded_at=at + timedelta(hours=1), **about))  # type: ignore[arg-type]
            record(connection, facts)
    return place.at(local(COUNTED))


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    folder = tmp_path_factory.mktemp("reports")
    place = adopt(workplace(folder, f"sqlite:///{folder / 'ledger.db'}", plans=str(PLANS)))
    yield report_half_a_year(place)
    place.database.close()


@pytest.fixture(scope="session")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, str], Path]:
    """Have LibreOffice read a file and write it in another form: it opens without repair, or there is none."""
    soffice = shutil.which("soffice")
    folder = tmp_path_factory.mktemp("soffice")

    def convert(file: Path, form: str) -> Path:
        if soffice is None:
            pytest.skip("LibreOffice is not installed (Debian: libreoffice-writer libreoffice-calc)")
        profile = f"-env:UserInstallation=file://{folder / 'profile'}"
        command = [soffice, profile, "--headless", "--convert-to", form, "--outdir", str(folder), str(file)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return folder / f"{file.stem}.{form.partition(':')[0]}"

    return convert
