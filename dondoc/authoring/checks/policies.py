"""Checks of reminders and escalation: they can be read, come in order and lead to somebody."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dondoc.authoring.checks.context import PlanFile, can_be_written_to, leads_back, suggestion
from dondoc.authoring.tree import TreePath
from dondoc.calendar.grammar import Offset, Span, parse_every, parse_offset
from dondoc.calendar.mistakes import DeadlineSyntaxError
from dondoc.core.decide import FOCAL_POINT, HEAD_OF_FOCAL_POINT, HEAD_OF_OWNER
from dondoc.core.plan import EscalationStep, Policy
from dondoc.core.problem import Problem
from dondoc.core.terms import policy_of
from dondoc.errors import nearest

ROLES = (HEAD_OF_OWNER, FOCAL_POINT, HEAD_OF_FOCAL_POINT)
_DAYS = {"hours": 1 / 24, "days": 1.0, "working days": 1.4, "weeks": 7.0, "months": 30.0}
"""About how many days each unit is, to compare steps with one another."""


def named_policies_exist(file: PlanFile) -> Iterator[Problem]:
    """A policy that is named or extended exists, and extends no circle."""
    known = file.names("policies")
    for path, policy in _written(file):
        if isinstance(policy, str):
            if policy not in known:
                yield from file.unknown(path, "policy", policy, known)
        elif policy.extends is not None:
            own = path[1] if path[0] == "policies" else None
            if policy.extends not in known:
                others = [name for name in known if name != own]
                yield from file.unknown((*path, "extends"), "policy", policy.extends, others)
            elif isinstance(own, str) and leads_back(own, lambda name: _extended(file, name)):
                message = f"the policy `{own}` extends itself"
                yield from file.error((*path, "extends"), "circle", message, "extend another, or leave it out")


def _written(file: PlanFile) -> Iterator[tuple[TreePath, str | Policy]]:
    """Every place where a policy is named or written."""
    for name, policy in file.plan.policies.items():
        yield ("policies", name), policy
    if file.plan.policy is not None:
        yield ("policy",), file.plan.policy
    for path, task in file.tasks():
        if task.policy is not None:
            yield (*path, "policy"), task.policy


def _extended(file: PlanFile, name: str) -> tuple[str, ...]:
    policy = file.plan.policies.get(name)
    return (policy.extends,) if policy is not None and policy.extends else ()


def policies_can_be_read(file: PlanFile) -> Iterator[Problem]:
    """Every step of every policy, and of the occasions, is an offset or a rhythm on the right side."""
    for path, policy in _written(file):
        if isinstance(policy, Policy):
            yield from _about_reminders(file, (*path, "remind"), policy.remind or ())
            if policy.chase is not None:
                yield from _read(file, (*path, "chase"), policy.chase, parse_every)
            yield from _about_ladder(file, (*path, "escalate"), policy.escalate or ())
    for path, task in file.tasks():
        for number, occasion in enumerate(task.occasions):
            yield from _about_reminders(file, (*path, "occasions", number, "remind"), occasion.remind or ())
        review = task.submit.review if task.submit else None
        if review is not None:
            yield from _read(file, (*path, "submit", "review", "within"), review.within, _after)


def _about_reminders(file: PlanFile, path: TreePath, steps: tuple[str, ...]) -> Iterator[Problem]:
    for number, text in enumerate(steps):
        yield from _read(file, (*path, number), text, _not_after)


def _about_ladder(file: PlanFile, path: TreePath, steps: tuple[EscalationStep, ...]) -> Iterator[Problem]:
    last = 0.0
    for number, step in enumerate(steps):
        here: TreePath = (*path, number)
        yield from _read(file, (*here, "after"), step.after, _after)
        if step.again is not None:
            yield from _read(file, (*here, "again"), step.again, parse_every)
        yield from _about_addressee(file, (*here, "to"), step.to)
        span = _span(step.after)
        if span is not None:
            if _DAYS[span.unit] * span.n < last:
                message = "this step comes before the one above it"
                yield from file.error((*here, "after"), "steps-reversed", message, "write the earlier step first")
            last = max(last, _DAYS[span.unit] * span.n)


def _about_addressee(file: PlanFile, path: TreePath, to: str) -> Iterator[Problem]:
    if to in ROLES or file.beside is None:
        return
    units, committees = file.beside.unit_ids, file.beside.committee_ids
    if to not in (*units, *committees):
        message = f"`{to}` is no role, unit or committee"
        hint = suggestion(to, [*ROLES, *committees, *units], "role")
        yield from file.error(path, "unknown-role", message, hint)
        return
    body = file.beside.organisation.committee(to)
    if body is not None and not can_be_written_to(body):
        hint = "give it a secretary with an email in organisation.yaml"
        yield from file.error(path, "nobody-to-write-to", f"nobody in `{to}` can be written to", hint)
    unit = file.beside.units.get(to)
    yield from file.reachable(path, [unit] if unit else [])


def _read(file: PlanFile, path: TreePath, text: str, parse: Callable[[str], object]) -> Iterator[Problem]:
    try:
        parse(text)
    except DeadlineSyntaxError as error:
        yield from file.syntax(path, error)


def _not_after(text: str) -> Offset:
    offset = parse_offset(text)
    if offset.side == "after":
        message = "a reminder comes before the deadline or on the day"
        raise DeadlineSyntaxError(message, 0, "add `before`; what comes after is `chase`")
    return offset


def _after(text: str) -> Offset:
    offset = parse_offset(text)
    if offset.side != "after":
        raise DeadlineSyntaxError("this counts from what it follows", 0, "write, say, 3 working days")
    return offset


def _span(text: str) -> Span | None:
    try:
        return parse_offset(text).span
    except DeadlineSyntaxError:
        return None


def escalation_leaves_the_owner(file: PlanFile) -> Iterator[Problem]:
    """A step that can only lead back to the owner is skipped at run time, so it is probably not meant."""
    for path, task in file.tasks():
        owners = {owner for owner in task.owner if isinstance(owner, str)}
        if file.beside is None or len(owners) != 1 or len(owners) != len(task.owner) or task.continuing is not None:
            continue
        for step in policy_of(file.plan, task.policy).escalate or ():
            body = file.plan.focal_point if step.to == FOCAL_POINT else step.to
            if body in owners and body in file.beside.unit_ids:
                here: TreePath = (*path, "policy") if file.source.says((*path, "policy")) else (*path, "owner")
                message = f"the step to {step.to} leads back to `{body}`, who owes this"
                hint = "give the task a policy without that step"
                yield from file.warning(here, "escalates-to-owner", message, hint)


def policies_are_used(file: PlanFile) -> Iterator[Problem]:
    """A policy that nothing names is probably forgotten."""
    used = {policy for _, policy in _written(file) if isinstance(policy, str)}
    used |= {policy.extends for _, policy in _written(file) if isinstance(policy, Policy) and policy.extends}
    used |= {meant for name in used for meant in nearest(name, file.plan.policies, at_most=1)}
    lost = file.source.is_lost(("policy",)) or any(file.source.is_lost((*path, "policy")) for path, _ in file.tasks())
    for name in file.plan.policies:
        if name not in used and not lost:
            yield from file.warning(("policies", name), "unused", f"no task follows the policy `{name}`", "remove it")


CHECKS = (
    named_policies_exist,
    policies_can_be_read,
    escalation_leaves_the_owner,
    policies_are_used,
)
