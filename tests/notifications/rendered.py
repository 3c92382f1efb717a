"""Every example of a letter, rendered once for all who read it, and letters made as a test wants them."""

from datetime import date

import pytest

from dondoc.core.letter import Letter
from notifications.letterhead import Letterhead
from notifications.render import render_digest
from tests.notifications.letter_examples import digest, examples, letterhead, local, recipient

EXAMPLES = {(language, name): letter for language in ("vi", "en") for name, letter in examples(language).items()}
IDS = [" ".join(key) for key in EXAMPLES]
every_letter = pytest.mark.parametrize(("key", "letter"), list(EXAMPLES.items()), ids=IDS)
every_vietnamese_letter = pytest.mark.parametrize(
    "letter", [letter for (language, _), letter in EXAMPLES.items() if language == "vi"]
)
HEAD = letterhead()
QUE_VO = recipient(HEAD)
WEDNESDAY = date(2023, 6, 14)


def duties(*matters, head: Letterhead = HEAD, to=QUE_VO, day: date = WEDNESDAY, clock: str = "08:00", **more) -> Letter:
    found = digest("duties", to, day, [(one, ()) for one in matters])
    return render_digest(found, head, local(head, day, clock), **more)
