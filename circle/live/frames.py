"""The envelopes of the wire: what a page sends first, what carries its commands, what comes to it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

CommandId = Annotated[
    str, StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Auth(Strict):
    """What a page sends when it connects. Another `v` is answered with `reload_please`."""

    v: int
    ticket: Annotated[str, StringConstraints(max_length=64)]


class Frame(Strict):
    """One command. expected_seq: the `seq` of the stage the page showed, for stage commands."""

    command_id: CommandId
    name: Annotated[str, StringConstraints(max_length=32)]
    data: dict[str, Any] = Field(default_factory=dict)
    expected_seq: Annotated[int, Field(ge=0)] | None = None


class WhereIn(Strict):
    """Where somebody is: the place's number, so that every answer is of the same length."""

    where: Annotated[int, Field(ge=0, le=4)]


class OnOff(Strict):
    """Whether something is wanted."""

    on: bool


class Message(BaseModel):
    """To pages: what changed for one audience. `item` None removes. Numbers count per audience.

    One without a run changes nothing and tells no time: the page takes a snapshot.
    """

    run: str
    audience: str
    seq: int
    server_time: str
    changes: list[dict[str, Any]]
