"""Typed refusals. A refusal saves nothing; its sentence for people stands in `content/refusals.toml`."""

from __future__ import annotations

from collections.abc import Mapping


class CircleError(Exception):
    """Something was refused, kindly. Not a fault of the program.

    `code` names the reason (snake_case, stable: it goes over the wire and picks the sentence).
    `fields` maps an input field to the code of what is wrong with it, for forms.
    """

    status = 400

    def __init__(self, code: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.fields: dict[str, str] = dict(fields or {})


class NotAllowed(CircleError):
    """This person's role does not reach this far."""

    status = 403


class NotFound(CircleError):
    """There is no such thing, or not for this person: the answer is the same."""

    status = 404


class NotNow(CircleError):
    """Right in itself, but the session is somewhere else now (or somebody was quicker)."""

    status = 409


class Invalid(CircleError):
    """The input cannot be used as it is; `fields` says where."""

    status = 422


class NoRoom(CircleError):
    """Nothing more can be stored at the moment; what was asked is as if it had not been."""

    status = 507


class TooMany(CircleError):
    """Too much at once; nothing is lost, try again in a moment."""

    status = 429
