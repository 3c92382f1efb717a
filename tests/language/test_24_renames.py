"""`was: OLD-ID`: a task or field has another name, and stays what it was in the ledger."""

from pathlib import Path

import pytest

from dondoc.desk.explain import explain_obligation
from dondoc.desk.plans import apply_plan
from dondoc.desk.submissions import submit
from dondoc.errors import UnknownObligation
from tests.desk.matters import stands, story
from tests.language.saying import HEAD, office, owed, placed, written
from tests.places import local

FORM = (
    HEAD
    + "forms: {f: {fields: [{id: so_buoi, label: Số buổi, type: integer}], checks: [so_buoi >= previous.so_buoi]}}\n"
)
TASK = "- {id: bao-cao, title: Báo cáo, owner: gia-binh, due: {every: quarter, by: last day}, submit: f}"
RENAMED = TASK.replace("id: bao-cao,", "id: bao-cao-quy, was: bao-cao,")


def test_a_renamed_task_keeps_its_obligations_under_their_first_name() -> None:
    assert [one.id for one in owed(RENAMED, head=FORM)] == [one.id for one in owed(TASK, head=FORM)]
    others = RENAMED + "\n- {id: sau, title: Sau, owner: gia-binh, due: 3 days after bao-cao-quy.due}"
    assert next(one.id for one in owed(others, head=FORM) if one.task == "sau") == "p/sau/gia-binh/2023-Q2"


def test_history_and_figures_go_on_under_the_new_names(tmp_path: Path) -> None:
    place = office(tmp_path, TASK, head=FORM)
    place = place.at(local("2023-06-29 09:00"))
    submit(place, "p/bao-cao/gia-binh/2023-Q2", {"so_buoi": 5}, by="x", channel="form")
    file = tmp_path / "plan.yaml"
    head = FORM.replace("{id: so_buoi,", "{id: I01, was: so_buoi,").replace(
        "so_buoi >= previous.so_buoi", "I01 >= previous.I01"
    )
    file.write_text(written(RENAMED, head), encoding="utf-8")
    proposal, _ = apply_plan(place, file, by="quan-tri")
    assert not proposal.refused, "\n".join(map(str, proposal.problems))
    assert proposal.amendment is not None
    assert (proposal.amendment.added, proposal.amendment.dropped) == ((), ())
    assert stands(place, "p/bao-cao/gia-binh/2023-Q2").standing == "done_on_time"
    later = place.at(local("2023-09-28 09:00"))
    assert submit(later, "p/bao-cao/gia-binh/2023-Q3", {"I01": 4}, by="x", channel="form").problems != ()  # 5 before
    assert submit(later, "p/bao-cao/gia-binh/2023-Q3", {"I01": 6}, by="x", channel="form").problems == ()
    assert story(later, "p/bao-cao/gia-binh/2023-Q3") == ["Scheduled", "Submitted"]


def test_whoever_types_the_new_name_of_a_task_is_told_the_id_in_the_ledger(tmp_path: Path) -> None:
    place = office(tmp_path, TASK, head=FORM)
    file = tmp_path / "plan.yaml"
    file.write_text(written(RENAMED.replace("id: bao-cao-quy", "id: tong-hop"), FORM), encoding="utf-8")
    apply_plan(place, file, by="quan-tri")
    with pytest.raises(UnknownObligation) as told:
        explain_obligation(place, "p/tong-hop/gia-binh/2023-Q3")
    assert told.value.nearest == ("p/bao-cao/gia-binh/2023-Q3",)
    with pytest.raises(UnknownObligation) as told:
        explain_obligation(place, "p/tong-hop/gia-binh")
    assert "p/bao-cao/gia-binh/2023-Q2" in told.value.nearest


def test_a_former_name_is_nobody_elses() -> None:
    both = RENAMED + "\n- {id: bao-cao, title: Khác, owner: gia-binh, due: 2023-06-30}"
    assert placed(both, FORM) == ["duplicate-id at bao-cao, title: Báo"]
