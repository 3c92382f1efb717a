"""What a plan says of each task, with names, extensions and replacements followed: the terms of its obligations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from dondoc.calendar.grammar import parse_deadline, parse_every, parse_offset
from dondoc.core.clauses import Extension
from dondoc.core.obligation import EscalationRung, ExtensionTerms, ResolvedPolicy, ReviewTerms, Terms
from dondoc.core.organisation import Organisation
from dondoc.core.owners import Owners
from dondoc.core.plan import EscalationStep, Plan, Policy, Section, Submit, Task


def terms_of(plan: Plan, organisation: Organisation) -> dict[str, Terms]:
    """The terms of every task by the id it has in the ledger: ask through `terms_for`.

    An occasion that has reminders of its own stands under TASK/OCCASION. The plan is one that `check` accepts.
    """
    committees = frozenset(body.id for body in organisation.committees)
    owners = Owners(organisation)
    terms: dict[str, Terms] = {}
    for section in plan.sections:
        for task in section.tasks:
            policy = policy_of(plan, task.policy)
            usual = terms[task.ledger_id] = _terms(plan, section, task, policy, committees, owners)
            for occasion in task.occasions:
                if occasion.remind is not None:
                    own = policy.model_copy(update={"remind": occasion.remind})
                    terms[f"{task.ledger_id}/{occasion.id}"] = replace(usual, policy=_resolved(own, committees))
    return terms


def terms_for(terms: Mapping[str, Terms], task: str, period: str) -> Terms:
    """The terms of an obligation, from what `terms_of` gave; KeyError for a task the plan does not have."""
    return terms.get(f"{task}/{period}") or terms[task]


def policy_of(plan: Plan, written: str | Policy | None) -> Policy:
    """The policy with every part that it extends or leaves to the plan's own, still as text.

    A name stands for that policy; a policy written in a task replaces parts of the one it `extends`, else of the
    plan's own. A name that is unknown, or extends itself, counts as an empty policy: `check` tells of it.
    """
    own = plan.policy if written is None else written
    if isinstance(own, str):
        return _named(plan, own, ())
    if own is None:
        return Policy()
    if own.extends is not None:
        return _joined(own, _named(plan, own.extends, ()))
    return _joined(own, policy_of(plan, plan.policy)) if own is not plan.policy else own


def _named(plan: Plan, name: str, through: tuple[str, ...]) -> Policy:
    policy = plan.policies.get(name)
    if policy is None or name in through:
        return Policy()
    if policy.extends is None:
        return policy
    return _joined(policy, _named(plan, policy.extends, (*through, name)))


def _joined(upper: Policy, lower: Policy) -> Policy:
    return Policy(
        remind=lower.remind if upper.remind is None else upper.remind,
        chase=lower.chase if upper.chase is None else upper.chase,
        escalate=lower.escalate if upper.escalate is None else upper.escalate,
    )


def rung_names(steps: Iterable[EscalationStep]) -> tuple[str, ...]:
    """A name for each step from whom it goes to, so that it survives edits of its time and of its neighbours.

    >>> step = EscalationStep(after="1 working day", to="head of owner")
    >>> rung_names([step, step])
    ('escalate/head of owner', 'escalate/head of owner/2')
    """
    seen: dict[str, int] = {}
    names: list[str] = []
    for step in steps:
        count = seen[step.to] = seen.get(step.to, 0) + 1
        names.append(f"escalate/{step.to}" if count == 1 else f"escalate/{step.to}/{count}")
    return tuple(names)


def _terms(
    plan: Plan, section: Section, task: Task, policy: Policy, committees: frozenset[str], owners: Owners
) -> Terms:
    submit = task.submit or Submit()
    review = submit.review
    return Terms(
        plan=plan.plan,
        task=task.ledger_id,
        section=section.id,
        title=task.title,
        policy=_resolved(policy, committees),
        focal_point=plan.focal_point,
        summary_to=plan.weekly_summary,
        review=ReviewTerms(review.by, parse_offset(review.within), review.deemed) if review else None,
        form=submit.form or submit.what or ("signed document" if submit.document else None),
        urgent=task.urgent,
        locked_at_deadline=submit.locks == "at the deadline",
        through=task.through,
        on_behalf_of=task.on_behalf_of,
        with_=task.with_,
        for_information=task.for_information,
        jointly=tuple(unit.id for unit in owners.on(task.any_of, None, task.when)),
        extension=_extension(task.extension) if task.extension else None,
        needs=task.needs.task if task.needs else None,
        begins_with_event=task.on_event is not None,
        assumed=task.assumed,
    )


def _extension(written: Extension) -> ExtensionTerms:
    return ExtensionTerms(
        parse_every(written.at_most) if written.at_most else None,
        parse_deadline(written.until) if written.until else None,
        written.times,
    )


def _resolved(policy: Policy, committees: frozenset[str]) -> ResolvedPolicy:
    steps = policy.escalate or ()
    return ResolvedPolicy(
        remind=tuple(parse_offset(text) for text in policy.remind or ()),
        chase=parse_every(policy.chase) if policy.chase else None,
        escalate=tuple(
            EscalationRung(
                name=name,
                after=parse_offset(step.after),
                to=step.to,
                committee=step.to in committees,
                again=parse_every(step.again) if step.again else None,
            )
            for name, step in zip(rung_names(steps), steps, strict=True)
        ),
    )
