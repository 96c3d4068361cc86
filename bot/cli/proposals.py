"""How a proposal to learn from is shown: one line for people, one object for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.cli.what_if import Difference
    from bot.model.correction import Correction
    from bot.model.person import Organisation


def line(proposal: Correction, organisation: Organisation) -> str:
    """The proposal on one line: code, what matching said, what was chosen, when, by whom, why, the text."""
    matched = proposal.matched
    said = f"{matched.playbook} ({matched.confidence:.2f})" if matched.playbook else f"none ({matched.reason})"
    remark = f" ({proposal.remark})" if proposal.remark else ""
    return (
        f"{proposal.code}  {said} → {proposal.chosen or 'no crisis'}  {proposal.at:%Y-%m-%d %H:%M:%S}Z  "
        f"{_name(proposal, organisation)}{remark}  «{proposal.text}»"
    )


def values(proposal: Correction, organisation: Organisation) -> dict[str, Any]:
    """The proposal for a program. ``chosen`` null: a false alarm; ``matched`` null: none fits."""
    return {
        "id": proposal.id,
        "code": proposal.code,
        "incident": proposal.incident_id,
        "at": proposal.at,
        "by": proposal.by,
        "by_name": _name(proposal, organisation),
        "text": proposal.text,
        "matched": proposal.matched.playbook,
        "confidence": proposal.matched.confidence,
        "reason": proposal.matched.reason,
        "chosen": proposal.chosen,
        "remark": proposal.remark,
    }


def difference_lines(difference: Difference) -> list[str]:
    """Lines to print below a proposal that was tried."""
    from bot.playbooks.trial import FOLDS

    if difference.after is None:
        return [f"    cannot be tried: {difference.fault}"]
    lines = [f"    {'':<28} {f'cross-validated ({FOLDS} folds)':<28} evaluation texts"]
    before, after = difference.shares(difference.before), difference.shares(difference.after)
    for name in before["evaluation"]:
        columns = [_change(before[part][name], after[part][name]) for part in ("cross_validated", "evaluation")]
        lines.append(f"    {name.replace('_', ' '):<28} {columns[0]:<28} {columns[1]}")
    return lines


def difference_values(difference: Difference) -> dict[str, Any]:
    """What to add to :func:`values` for a proposal that was tried; shares are 0..1."""
    if difference.after is None:
        return {"what_if": None, "fault": difference.fault}
    return {
        "what_if": {
            "before": difference.shares(difference.before),
            "after": difference.shares(difference.after),
        }
    }


def _change(before: float | None, after: float | None) -> str:
    if before is None or after is None:
        return "no texts"
    return f"{before:.1%} → {after:.1%} ({(after - before) * 100:+.1f})"


def _name(proposal: Correction, organisation: Organisation) -> str:
    person = organisation.person(proposal.by)
    return person.name if person else proposal.by
