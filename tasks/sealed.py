"""Values that Prefect hands on without looking into them: it would walk through every history of a round."""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class Sealed(Generic[T]):
    """A value on its way into or out of a task."""

    __slots__ = ("content",)

    def __init__(self, content: T) -> None:
        self.content = content
