"""Everything the outer rooms may use, in one place; `app` fills it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from circle.content.loader import Library
from circle.services.ports import Clock
from circle.store.committer import Committer
from circle.store.crypto import KeyRing
from circle.store.words import Words

if TYPE_CHECKING:
    from circle.services.accounts import Accounts
    from circle.services.builder import Builder
    from circle.services.closing import Closing
    from circle.services.conduct import Conduct
    from circle.services.hosting import Hosting
    from circle.services.joining import Joining
    from circle.services.notyet import NotYet
    from circle.services.ownprompts import OwnPrompts
    from circle.services.planning import Planning
from circle.services.unseen import Unseen


@dataclass(frozen=True, slots=True)
class Hub:
    """The use cases and what they stand on. Reached as `current_app.extensions["circle"]`."""

    engine: Engine
    committer: Committer
    keys: KeyRing
    words: Words
    clock: Clock
    library: Library
    conduct: Conduct
    unseen: Unseen
    accounts: Accounts
    joining: Joining
    hosting: Hosting
    planning: Planning
    builder: Builder
    own: OwnPrompts
    not_yet: NotYet
    closing: Closing
