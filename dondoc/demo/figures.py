"""Made-up answers to what a plan asks for: the same for the same duty every time, and good enough for the validator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from dondoc.core.content import form_for
from dondoc.core.forms import fields_of, files_of
from dondoc.core.obligation import Obligation
from dondoc.core.organisation import Organisation
from dondoc.core.plan import Form, FormField, Plan, Submit
from notifications.mime import in_ascii

ITEMS = 3
"""How many lines a list gets."""

YEAR_OVER_HALF_YEAR = 2
"""A year's sums against those of its first half."""

_SENTENCES = (
    "Các cấp Hội đã tuyên truyền, vận động hội viên và triển khai đúng kế hoạch.",
    "Phối hợp với các ngành, thu hút đông đảo phụ nữ và trẻ em tham gia.",
    "Duy trì các mô hình, câu lạc bộ, địa chỉ tin cậy tại cộng đồng.",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is handed in: values by field, and files by name."""

    data: dict[str, object]
    files: dict[str, bytes]


def answer(obligation: Obligation, plan: Plan, organisation: Organisation, day: date) -> Answer:
    """What the owner of a duty hands in on `day`, with all that this occurrence asks for."""
    task = plan.task(obligation.task)
    submit = (task.submit if task else None) or Submit()
    form = form_for(plan, organisation, task, obligation.unit, obligation.period) if task else None
    data = {field.id: _value(field, obligation, day) for field in fields_of(form, submit) if field.required}
    _agree(form, data, times=_times(obligation))
    asked = files_of(form, submit)
    files = {}
    if asked and asked.min:
        name = f"{obligation.task}-{obligation.unit}-{obligation.period}.pdf".lower()
        files[name] = _page(f"{obligation.title('vi')} - {obligation.unit}, {day:%d/%m/%Y}")
    return Answer(data, files)


def _value(field: FormField, obligation: Obligation, day: date) -> object:
    size = _chance(obligation.terms.form or obligation.task, obligation.unit, field.id)
    grows = _times(obligation) if field.over_time == "sum" else 1
    match field.type:
        case "integer" | "money":
            return (size % 180 + 12) * grows
        case "decimal":
            return f"{(size % 4000 + 250) * grows / 10:.1f}"
        case "percent":
            return 60 + size % 41
        case "ratio":
            whole = 6 + size % 12
            return {field.of[0]: whole - size % 3, field.of[1]: whole}
        case "date":
            return day.isoformat()
        case "boolean":
            return True
        case "choice":
            return field.choices[size % len(field.choices)]
        case "multiple choice":
            return [field.choices[size % len(field.choices)]]
        case "list":
            return [f"https://tin-bai.example/{obligation.period.lower()}/{n + 1}" for n in range(ITEMS)]
        case "text" | "long text" | "table":
            return _words(field, size)


def _words(field: FormField, size: int) -> str:
    known = {"number": f"{size % 90 + 10}/BC-PN", "signer": "Chủ tịch"}
    return known.get(field.id) or _SENTENCES[size % len(_SENTENCES)]


def _times(obligation: Obligation) -> int:
    """How many times a half-year's figures a report has: a year contains both halves."""
    return YEAR_OVER_HALF_YEAR if obligation.period.isdigit() else 1


def _agree(form: Form | None, data: dict[str, object], *, times: int) -> None:
    """Cases dealt with are as many as cases received, or a few fewer, whatever chance says."""
    received, helped = data.get("I12"), data.get("I13")
    if form and isinstance(received, int) and isinstance(helped, int):
        few = received // times % 7 + 2
        data["I12"], data["I13"] = few * times, min(helped // times % 7, few) * times


def _chance(*of: str) -> int:
    return int.from_bytes(sha256("|".join(of).encode()).digest()[:4])


def _page(text: str) -> bytes:
    """A PDF of one page that says `text`, without its accents: the fonts every reader has know none."""
    plain = in_ascii(text).replace("\\", "").replace("(", "").replace(")", "")
    drawing = f"BT /F1 12 Tf 60 780 Td ({plain}) Tj ET".encode()
    font = b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources %s >>" % font,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
    ]
    pdf, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(pdf))
        pdf += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return pdf + head + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(pdf))
