"""What has to be put right, in words that quote nothing of what was sent: no free text, no figure, no file's name.

A letter goes further than a form on a screen: it is forwarded, printed, kept. So it names the field, the rule and
what to write, which all come from the plan.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dondoc.core.forms import FieldProblem
from dondoc.core.plan import FormField

_AS_IT_IS = frozenset(
    [
        "missing", "too-small", "too-large", "too-long", "not-a-ratio", "no-whole", "not-a-text", "not-yes-or-no",
        "not-a-list", "not-a-row", "nothing-and-something", "too-few-files", "formula", "twice", "old-form",
        "not-understood", "no-day", "closed", "not-allowed", "unreadable",
    ]
)  # fmt: skip
"""Problems whose sentence holds nothing but what the plan says."""

_INSTEAD = {
    "not-a-number": ("phải là số; hãy ghi như 1.234,5", "must be a number; write it as 1234.5"),
    "not-whole": ("phải là số nguyên", "must be a whole number"),
    "not-a-day": ("phải là ngày; hãy ghi như 19/6/2023", "must be a day; write it as 2023-06-19"),
    "unknown-field": ("biểu mẫu không có mục này", "the form has no such field"),
    "empty-file": ("có tệp rỗng", "a file is empty"),
    "too-large-file": ("có tệp nặng quá mức cho phép", "a file is larger than allowed"),
    "wrong-type": ("có tệp không đúng loại", "a file is of another kind than asked for"),
}
_OTHERWISE = ("chưa đúng; hãy xem lại", "is not right; please look at it again")


def problem_words(problem: FieldProblem, fields: Sequence[FormField], language: str) -> str:
    """The sentence for the sender, beginning with the field's id and label.

    >>> from dondoc.core.text import Text
    >>> number = FieldProblem("I12", Text(vi="Số vụ"), "not-a-number", Text(vi="“nhiều” không phải là số"))
    >>> problem_words(number, [], "vi")
    'I12 (Số vụ): phải là số; hãy ghi như 1.234,5'
    """
    label = problem.label.within(language)
    about_all = problem.field in ("files", "?")
    named = label if about_all or label == problem.field else f"{problem.field} ({label})" if label else problem.field
    return f"{named}: {_words(problem, fields, language)}"


def _words(problem: FieldProblem, fields: Sequence[FormField], language: str) -> str:
    en = language == "en"
    field = next((one for one in fields if one.id == problem.field), None)
    if problem.code in {"too-large", "too-small"} and field is not None and field.type == "ratio":
        return "the first number may not exceed the second" if en else "số thứ nhất không được lớn hơn số thứ hai"
    if problem.code in _AS_IT_IS:
        return problem.message.within(language)
    if problem.code == "unknown-choice" and field is not None:
        return f"{'write' if en else 'hãy chọn'} {' | '.join(field.choices)}"
    if problem.code == "unknown-column" and field is not None:
        return f"{'the columns are' if en else 'các cột là'} {', '.join(field.of)}"
    if problem.code == "check":
        rule = re.search("“(.*?)”", problem.message.within(language))
        told = f"“{rule[1]}”" if rule else ""
        excused = "or explain" in problem.message.en
        if en:
            return f"the figures do not agree with {told}; correct them" + (" or explain in the note" * excused)
        return f"số liệu chưa khớp với {told}; hãy sửa" + (" hoặc giải thích trong ghi chú" * excused)
    return _INSTEAD.get(problem.code, _OTHERWISE)[en]
