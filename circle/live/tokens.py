"""What a page asks for in a quiet round, and what it gets: requests and signatures that say nothing else."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field, StringConstraints, ValidationError

from circle.domain.errors import Invalid
from circle.domain.quiet import TOKENS_EACH
from circle.live.frames import Strict
from circle.live.wire import Id

_Request = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{346}$")]  # 259 bytes


class TokensIn(Strict):
    """Requests for tokens of one round (RFC 9578), base64url."""

    round: Id
    requests: Annotated[list[_Request], Field(min_length=TOKENS_EACH, max_length=TOKENS_EACH)]


def parse_tokens(raw: object) -> tuple[str, tuple[bytes, ...]]:
    """Name of the round, and the requests. Raises Invalid."""
    try:
        asked = TokensIn.model_validate(raw)
    except ValidationError:
        raise Invalid("invalid") from None
    return asked.round, tuple(base64.urlsafe_b64decode(f"{request}==") for request in asked.requests)


def tokens_ack(signed: Iterable[bytes]) -> dict[str, Any]:
    """The answer: blind signatures in the order of the requests, base64url."""
    return {"ok": True, "signed": [base64.urlsafe_b64encode(one).decode().rstrip("=") for one in signed]}
