"""The portal's words: templates in Vietnamese, catalogues beside them (`python -m dondoc.web.words` keeps them)."""

from __future__ import annotations

from pathlib import Path

from notifications.translations import Words

HERE = Path(__file__).parent
PORTAL = Words(HERE / "templates", HERE / "locale", "portal")

if __name__ == "__main__":
    from notifications.catalogue import tell_missing

    tell_missing(PORTAL)
