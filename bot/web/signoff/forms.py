"""The cookies of the sign-off page: one for each link."""

from __future__ import annotations


def cookie_name(ticket_id: str) -> str:
    """The cookie in which a browser keeps that it opened this link."""
    return f"keng-signoff-{ticket_id}"
