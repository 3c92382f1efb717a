"""The small language of a form's checks, such as `I13 <= I12 + previous.I12 or note`; Python never evaluates it.

A name is a field of this submission, `previous.NAME` the same field of the period before, `note` the remark that a
sender may add. Whatever is not known makes the comparison unknown, and an unknown check does not object.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import cast

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken, v_args

Value = Decimal | str | bool | None
"""What a name or an expression comes to; None where it is not known."""

NOTE = "note"
PREVIOUS = "previous."

_GRAMMAR = r"""
?start: either
?either: both | either "or" both           -> either
?both: denial | both "and" denial          -> both
?denial: comparison | "not" denial         -> denial
?comparison: sum | sum COMPARE sum         -> compare
?sum: product | sum /[+-]/ product         -> binary
?product: factor | product /[*\/]/ factor  -> binary
?factor: NUMBER                            -> number
    | TEXT                                 -> text
    | "true"                               -> true
    | "false"                              -> false
    | NAME                                 -> name
    | "-" factor                           -> minus
    | "(" either ")"

COMPARE: "<=" | ">=" | "==" | "!=" | "<" | ">" | "="
NAME: /(previous\.)?[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)?/
NUMBER: /[0-9]{1,18}(\.[0-9]{1,9})?/
TEXT: /"[^"]{0,200}"|'[^']{0,200}'/
%ignore /\s+/
"""


class FormulaError(ValueError):
    """What is wrong in a check, and where in its text (`offset`, in characters from its start)."""

    def __init__(self, message: str, offset: int, hint: str) -> None:
        super().__init__(f"{message}; {hint}")
        self.message = message
        self.offset = offset
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, a text in quotes, `true` or `false`."""

    value: Decimal | str | bool


@dataclass(frozen=True, slots=True)
class Name:
    """A field of this submission or of the one before; `offset` is where it stands in the text."""

    name: str
    previous: bool
    offset: int


@dataclass(frozen=True, slots=True)
class Operation:
    """A sign between its parts: arithmetic, a comparison, `and`, `or`, `not`."""

    sign: str
    parts: tuple[Node, ...]


Node = Constant | Name | Operation


@dataclass(frozen=True, slots=True)
class Formula:
    """A check that was understood; `text` is as it was written."""

    text: str
    tree: Node

    def names(self) -> Iterator[Name]:
        """Every name in it, in order, so that a check of the plan can say which field does not exist."""
        yield from _names(self.tree)

    def holds(self, values: Mapping[str, Value], previous: Mapping[str, Value] | None) -> bool:
        """Whether nothing speaks against it; true where it cannot be known.

        >>> formula = parse_formula("I13 <= I12 + previous.I12 or note")
        >>> formula.holds({"I13": Decimal(9), "I12": Decimal(4)}, {"I12": Decimal(5)})
        True
        >>> formula.holds({"I13": Decimal(10), "I12": Decimal(4), "note": None}, {"I12": Decimal(5)})
        False
        >>> formula.holds({"I13": Decimal(10), "I12": Decimal(4)}, None)
        True
        """
        return _truth(_evaluate(self.tree, values, previous or {})) is not False

    def satisfied(self, values: Mapping[str, Value]) -> bool:
        """Whether it is known to be so; false where it cannot be known."""
        return _truth(_evaluate(self.tree, values, {})) is True


@lru_cache(maxsize=1024)
def parse_formula(text: str) -> Formula:
    """Read a check; FormulaError says what is wrong, where, and what may stand there.

    >>> parse_formula("I13 <= ")
    Traceback (most recent call last):
    dondoc.core.formula.FormulaError: something is missing at the end; write a field, a number or a bracket
    """
    if len(text) > 500:
        raise FormulaError("this check is too long", 500, "write several short ones")
    try:
        tree = _PARSER.parse(text)
    except UnexpectedInput as error:
        raise _explained(error, text) from None
    return Formula(text, cast("Node", tree))


@v_args(inline=True)
class _Build(Transformer[Token, Node]):
    def number(self, token: Token) -> Node:
        return Constant(Decimal(token))

    def text(self, token: Token) -> Node:
        return Constant(str(token[1:-1]))

    def true(self) -> Node:
        return Constant(True)

    def false(self) -> Node:
        return Constant(False)

    def name(self, token: Token) -> Node:
        previous = token.startswith(PREVIOUS)
        return Name(token.removeprefix(PREVIOUS), previous, token.start_pos or 0)

    def minus(self, part: Node) -> Node:
        return Operation("-", (Constant(Decimal(0)), part))

    def binary(self, left: Node, sign: Token, right: Node) -> Node:
        return Operation(str(sign), (left, right))

    def compare(self, left: Node, sign: Token, right: Node) -> Node:
        return Operation("==" if sign == "=" else str(sign), (left, right))

    def denial(self, part: Node) -> Node:
        return Operation("not", (part,))

    def both(self, left: Node, right: Node) -> Node:
        return Operation("and", (left, right))

    def either(self, left: Node, right: Node) -> Node:
        return Operation("or", (left, right))


_PARSER = Lark(_GRAMMAR, parser="lalr", transformer=_Build())

_ARITHMETIC: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
}  # fmt: skip
_ORDER: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt,
}  # fmt: skip


def _evaluate(node: Node, values: Mapping[str, Value], previous: Mapping[str, Value]) -> Value:
    match node:
        case Constant(value):
            return value
        case Name(name=name, previous=before):
            return previous.get(name) if before else _present(name, values)
        case Operation("not", (part,)):
            truth = _truth(_evaluate(part, values, previous))
            return None if truth is None else not truth
        case Operation("and" | "or" as sign, (left, right)):
            truths = [_truth(_evaluate(part, values, previous)) for part in (left, right)]
            decisive = sign == "or"
            if decisive in truths:
                return decisive
            return None if None in truths else not decisive
        case Operation(sign, (left, right)):
            return _compute(sign, _evaluate(left, values, previous), _evaluate(right, values, previous))
        case _:
            raise TypeError(f"no rule for {node}")


def _present(name: str, values: Mapping[str, Value]) -> Value:
    """A note that was not written is known not to be there; a figure that was not given is not known."""
    return values.get(name) or False if name == NOTE else values.get(name)


def _compute(sign: str, left: Value, right: Value) -> Value:
    if left is None or right is None:
        return None
    if sign in ("==", "!="):
        return (left == right) == (sign == "==")
    if not isinstance(left, Decimal) or not isinstance(right, Decimal):
        return None
    if sign in _ORDER:
        return _ORDER[sign](left, right)
    return None if sign == "/" and right == 0 else _ARITHMETIC[sign](left, right)


def _truth(value: Value) -> bool | None:
    return None if value is None else bool(value)


def _names(node: Node) -> Iterator[Name]:
    match node:
        case Name():
            yield node
        case Operation(parts=parts):
            for part in parts:
                yield from _names(part)
        case Constant():
            return


def _explained(error: UnexpectedInput, text: str) -> FormulaError:
    ended = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    offset = len(text.rstrip()) if ended else cast("int | None", error.pos_in_stream) or 0
    if ended:
        return FormulaError("something is missing at the end", offset, "write a field, a number or a bracket")
    word = text[offset:].split(maxsplit=1)[0] if text[offset:].split() else text[offset:]
    if isinstance(error, UnexpectedCharacters):
        return FormulaError(f"{word!r} cannot stand in a check", offset, "use + - * / <= >= == != and or not")
    return FormulaError(f"{word!r} is not expected here", offset, "write an operator between two values")
