"""What was handed in, checked against what the plan asks for: one validator for every channel.

Values come out ready to be kept as JSON: whole numbers as numbers, other amounts as exact decimal texts, days as
`2023-06-19`, texts in NFC. Problems name the field and say, in Vietnamese and English, what to write instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches

from dondoc.core.answers import Unreadable, halves, numeric, read_answer, said, said_as
from dondoc.core.formula import NOTE, Formula, FormulaError, Value, parse_formula
from dondoc.core.plan import Files, Form, FormField, Submit
from dondoc.core.text import Text, nfc

MEGABYTE = 1_000_000
SIGNED_DOCUMENT = (
    FormField(id="number", label=Text(vi="Số, ký hiệu văn bản", en="Number of the document")),
    FormField(id="date", label=Text(vi="Ngày ký", en="Date of signing"), type="date"),
    FormField(id="signer", label=Text(vi="Người ký", en="Signed by")),
)
"""What is asked for where the plan says `submit: {document: signed}`, together with the scan."""

NOTE_FIELD = FormField(id=NOTE, label=Text(vi="Ghi chú", en="Note"), type="long text", required=False)
"""Every form has one, whether it says so or not."""


@dataclass(frozen=True, slots=True)
class OfferedFile:
    """A file that came along: its name and its size in bytes."""

    name: str
    size: int

    @property
    def type(self) -> str:
        """The ending of its name, in small letters."""
        return self.name.rpartition(".")[2].lower() if "." in self.name else ""


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing that must be put right: where (`field` is its id, `files` or `check`), what, and how."""

    field: str
    label: Text
    code: str
    message: Text

    def sentence(self, language: str = "vi") -> str:
        """The whole sentence, beginning with the field's id and label."""
        label = self.label.within(language)
        named = f"{self.field} ({label})" if label and label != self.field else self.field
        return f"{named}: {self.message.within(language)}"


@dataclass(frozen=True, slots=True)
class Validated:
    """What can be kept, and what must be put right first; without problems it may be kept."""

    values: dict[str, object]
    problems: tuple[FieldProblem, ...] = ()


def fields_of(form: Form | None, submit: Submit) -> tuple[FormField, ...]:
    """Everything that may be answered, the note included."""
    asked = form.fields if form else ()
    signed = SIGNED_DOCUMENT if submit.document == "signed" else ()
    known = {field.id for field in (*asked, *signed)}
    return (*asked, *signed, *(() if NOTE in known else (NOTE_FIELD,)))


def files_of(form: Form | None, submit: Submit) -> Files | None:
    """What may be attached, None where nothing was asked for."""
    if form and form.files:
        return form.files
    return Files(min=1) if submit.what == "files" or submit.document == "signed" else None


def validate(
    form: Form | None,
    submit: Submit,
    data: Mapping[str, object],
    files: Sequence[OfferedFile] = (),
    previous: Mapping[str, object] | None = None,
    *,
    nothing: bool = False,
    language: str = "vi",
) -> Validated:
    """Check a submission; `previous` are the values of the period before, as they were kept.

    With `nothing` the sender says that there is nothing to report: then only a note is kept. A ratio may come as
    one answer (`5/8`) or as two (`I14.co_ke_hoach`).

    >>> form = Form(fields=({"id": "I01", "label": "Số buổi", "type": "integer"},))
    >>> validate(form, Submit(), {"I01": "1.234"}).values
    {'I01': 1234}
    >>> validate(form, Submit(), {"I01": "nhiều"}).problems[0].sentence()
    'I01 (Số buổi): “nhiều” không phải là số; hãy ghi như 1.234,5'
    """
    fields = fields_of(form, submit)
    answers = _joined({nfc(str(key)).strip(): value for key, value in data.items()}, fields)
    if nothing:
        return _nothing(answers, fields, language)
    values: dict[str, object] = {}
    problems: list[FieldProblem] = list(_unknown(answers, fields))
    for field in fields:
        raw = answers.get(field.id)
        if not said(raw):
            if field.required:
                problems.append(_problem(field, "missing", "chưa được điền", "is missing; please fill it in"))
            continue
        try:
            values[field.id] = read_answer(field, raw, language)
        except Unreadable as why:
            problems.append(FieldProblem(field.id, field.label, why.code, why.message))
    problems += _file_problems(files_of(form, submit), files)
    if form:
        problems += _failed_checks(form, values, previous)
    return Validated(values, tuple(problems))


def _nothing(answers: Mapping[str, object], fields: Sequence[FormField], language: str) -> Validated:
    figures = [field for field in fields if field.id != NOTE and said(answers.get(field.id))]
    problems = tuple(
        _problem(
            field,
            "nothing-and-something",
            "đã báo “không phát sinh” thì không điền số liệu",
            "“nothing to report” was said, so no figure may be given",
        )
        for field in figures
    )
    note = next(field for field in fields if field.id == NOTE)
    return Validated({NOTE: read_answer(note, answers[NOTE], language)} if said(answers.get(NOTE)) else {}, problems)


def _joined(answers: Mapping[str, object], fields: Sequence[FormField]) -> dict[str, object]:
    """The two halves of a ratio, answered apart, made one answer."""
    joined = dict(answers)
    for field in fields:
        halves = {part: f"{field.id}.{part}" for part in field.of} if field.type == "ratio" else {}
        given = {part: joined.pop(key) for part, key in halves.items() if key in joined}
        if given and field.id not in joined:
            joined[field.id] = given
    return joined


def _unknown(answers: Mapping[str, object], fields: Sequence[FormField]) -> Iterator[FieldProblem]:
    known = {field.id for field in fields}
    for key in answers:
        if key not in known:
            near = get_close_matches(key, known, n=1, cutoff=0.5)
            all_of_them = ", ".join(field.id for field in fields)
            write = near[0] if near else all_of_them
            yield FieldProblem(
                key[:60],
                Text(vi=key[:60].strip() or "?"),
                "unknown-field",
                Text(vi=f"biểu mẫu không có mục này; hãy dùng {write}", en=f"the form has no such field; use {write}"),
            )


def _file_problems(asked: Files | None, files: Sequence[OfferedFile]) -> Iterator[FieldProblem]:
    terms = asked or Files()
    if len(files) < terms.min:
        yield _about_files(
            "too-few-files",
            f"cần ít nhất {terms.min} tệp ({', '.join(terms.types)})",
            f"attach at least {terms.min} file ({', '.join(terms.types)})",
        )
    for file in files:
        if not file.size:
            yield _about_files("empty-file", f"tệp “{file.name}” rỗng", f"the file “{file.name}” is empty")
        if file.size > terms.max_mb * MEGABYTE:
            size = Decimal(file.size) / MEGABYTE
            yield _about_files(
                "too-large-file",
                f"tệp “{file.name}” nặng {said_as(round(size, 1), 'vi')} MB, tối đa {terms.max_mb} MB",
                f"the file “{file.name}” has {said_as(round(size, 1), 'en')} MB, at most {terms.max_mb} MB",
            )
        if asked and asked.types and file.type not in {kind.lower().lstrip(".") for kind in asked.types}:
            kinds = ", ".join(asked.types)
            yield _about_files(
                "wrong-type",
                f"tệp “{file.name}” phải thuộc loại {kinds}",
                f"the file “{file.name}” must be one of {kinds}",
            )


def _failed_checks(
    form: Form, values: Mapping[str, object], previous: Mapping[str, object] | None
) -> Iterator[FieldProblem]:
    fields = {field.id: field for field in form.fields}
    figures = {name: _value(fields.get(name), value) for name, value in values.items()}
    before = None
    if previous is not None:
        before = {name: _value(fields.get(name), value) for name, value in previous.items()}
    for text in form.checks:
        try:
            formula = parse_formula(text)
        except FormulaError:
            continue  # `dondoc check` refuses the plan; a sender is not to blame
        if not formula.holds(figures, before):
            yield _about_check(formula, form, figures, before or {})


def _value(field: FormField | None, kept: object) -> Value:
    """A kept value as checks reckon with it: amounts as numbers, of a ratio its quotient."""
    match kept:
        case bool() | None:
            return kept
        case Mapping():
            parts = halves(field, kept) if field is not None else None
            return parts[0] / parts[1] if parts and parts[1] else None
        case list():
            return Decimal(len(kept))
        case _:
            number = numeric(kept)
            return str(kept) if number is None else number


def _about_check(
    formula: Formula, form: Form, figures: Mapping[str, Value], before: Mapping[str, Value]
) -> FieldProblem:
    names = [name for name in formula.names() if name.name != NOTE]
    told = {"vi": "kỳ trước ", "en": "last period's "}

    def shown(language: str) -> str:
        parts = []
        for name in dict.fromkeys((name.name, name.previous) for name in names):
            value = (before if name[1] else figures).get(name[0])
            text = said_as(value, language) if isinstance(value, Decimal) else str(value)
            parts.append(f"{told[language] if name[1] else ''}{name[0]} = {text}")
        return ", ".join(parts)

    excused = any(name.name == NOTE for name in formula.names())
    first = names[0].name if names else "check"
    label = next((field.label for field in form.fields if field.id == first), Text(vi=first))
    return FieldProblem(
        first,
        label,
        "check",
        Text(
            vi=f"không khớp “{formula.text}” ({shown('vi')}); hãy sửa số liệu"
            + (" hoặc giải thích trong ghi chú" if excused else ""),
            en=f"“{formula.text}” does not hold ({shown('en')}); correct the figures"
            + (" or explain in the note" if excused else ""),
        ),
    )


def _problem(field: FormField, code: str, vi: str, en: str) -> FieldProblem:
    return FieldProblem(field.id, field.label, code, Text(vi=vi, en=en))


def _about_files(code: str, vi: str, en: str) -> FieldProblem:
    return FieldProblem("files", Text(vi="Tệp đính kèm", en="Attachments"), code, Text(vi=vi, en=en))
