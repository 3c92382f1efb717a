"""A ledger on each kind of database, and a small organisation with a plan to put into it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dondoc.core.history import Event, Reminded, Step
from dondoc.core.letter import Letter, Recipient, letter_id, natural_key
from dondoc.core.obligation import Obligation
from dondoc.core.organisation import Organisation
from dondoc.core.plan import Plan
from dondoc.core.schedule import schedule
from dondoc.store.adoption import Adoption, apply_version
from dondoc.store.database import Database, migrate, open_database
from dondoc.store.outbox import Posting
