"""Handing in what is owed: units outside the house drop a file for the next round, those inside hand it over."""

from __future__ import annotations

import json
from typing import Literal

from dondoc.core.obligation import Obligation
from dondoc.demo.figures import Answer
from dondoc.desk.submissions import Attachment, submit
from dondoc.desk.workplace import Workplace

Way = Literal["drop", "desk"]


def hand_in(place: Workplace, obligation: Obligation, answer: Answer, *, by: str, way: Way) -> None:
    """Hand in an answer at the place's instant.

    Raises:
        NotAllowed: the answer was refused, or the matter is closed.
    """
    if way == "desk":
        attached = tuple(Attachment(name, content) for name, content in answer.files.items())
        receipt = submit(place, obligation.id, answer.data, attached, by=by, channel="paper")
        assert not receipt.problems, receipt.problems  # made-up answers satisfy the form
        return
    now = place.now()
    inbox = place.settings.home / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    name = f"{now:%Y%m%dT%H%M}-{obligation.task}-{obligation.unit}"
    for file, content in answer.files.items():
        (inbox / f"{name}-{file}").write_bytes(content)
    dropped = {
        "obligation": obligation.id,
        "by": by,
        "data": answer.data,
        "files": [f"{name}-{file}" for file in answer.files],
        "received_at": now.isoformat(timespec="seconds"),
    }
    (inbox / f"{name}.json").write_text(json.dumps(dropped, ensure_ascii=False, indent=2), encoding="utf-8")
