"""What the database knows of a session right now, for the views."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from circle.domain.errors import NotFound
from circle.domain.meeting import OVER, Meeting, Role, is_quiet
from circle.domain.outcome import Actor
from circle.domain.plan import Sharing
from circle.domain.room import CircleFacts, PrivateWord, Room, Share, WallLine
from circle.services.agreements import new_clauses
from circle.services.ports import Caller
from circle.services.presence import PresenceTable
from circle.services.unnamed import UnnamedWords
from circle.store import meetings
from circle.store.models import Circle, Member, ShareRow, User
from circle.store.witness import SEEN, Mark, Witness
from circle.store.words import Words


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts when a member of the circle asks for something."""

    host: bool
    banned: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """The stored half of a `Room`; the other half is in memory. people: by member id, everybody whom the
    circle knows.
    """

    meeting: Meeting
    circle: CircleFacts
    shares: tuple[Share, ...]
    lines: tuple[WallLine, ...]
    words: tuple[PrivateWord, ...]
    agreed: frozenset[str]
    named: frozenset[str]  # who gave their name to words in a quiet round
    people: Mapping[str, Standing]

    def actor(self, caller: Caller) -> Actor:
        """The caller, as the circle knows them at this moment. Raises NotFound for somebody it does not, and
        for whoever hosts no more and has a host's chair in an evening that is over: what is told there is not
        for members.
        """
        standing = self.people.get(caller.member_id)
        if standing is None or standing.banned:
            raise NotFound("not_found")
        if standing.host:
            return Actor(caller.member_id, Role.HOST)
        seat = self.meeting.seat(caller.member_id)
        if seat is not None and seat.role is Role.HOST and self.meeting.phase in OVER:
            raise NotFound("not_found")
        leading = self.meeting.stand_in()
        stands_in = leading is not None and leading.id == caller.member_id
        return Actor(caller.member_id, Role.STAND_IN if stands_in else Role.MEMBER)


def load(
    db: Session, words: Words, meeting_id: str, *, lock: bool = False, known: Meeting | None = None
) -> Stored:
    """The session with the words of its present step only: earlier words are on nobody's screen. known: as in
    `meetings.load`.
    """
    meeting = meetings.load(db, meeting_id, lock=lock, known=known)
    facts, people, agreed = _circle(db, meeting.circle_id)
    return Stored(
        meeting=meeting,
        circle=facts,
        shares=_shares(db, words, meeting),
        lines=_lines(db, words, meeting),
        words=words.private_words(db, meeting.id),
        agreed=agreed,
        named=_named(db, words, meeting),
        people=people,
    )


class Gathering:
    """Gathers, and remembers what it gathered for as long as nobody has written since (`Witness`).

    One for each process. Everything is called inside a transaction, but for `keep` and `forget`.
    """

    def __init__(self, words: Words, witness: Witness) -> None:
        self._words = words
        self._witness = witness
        self._mark: Mark | None = None  # of everything that is known
        self._known: dict[str, Stored] = {}
        self._stages: dict[str, Meeting] = {}  # where there are no marks: each as good as its version

    def load(self, db: Session, meeting_id: str, *, lock: bool = False) -> Stored:
        """As `load`. What nothing was written to since is not read again."""
        mark = self._witness.mark(db)
        if mark is None:
            read = load(db, self._words, meeting_id, lock=lock, known=self._stages.get(meeting_id))
            self.keep(read, mark)
            return read
        if mark != self._mark:  # words that were deleted are not to stay here either
            self._known.clear()
            self._mark = mark
        stored = self._known.get(meeting_id)
        if stored is None:
            stored = load(db, self._words, meeting_id)
            self.keep(stored, mark)
        return stored

    def begin(self, db: Session, meeting_id: str) -> tuple[Stored, Mark | None]:
        """As `load`, for a transaction that changes this session. Then comes `after`, and once all is
        committed `keep`, with the mark of the beginning.
        """
        self._witness.begin_unit(db)
        return self.load(db, meeting_id, lock=True), self._mark

    def after(self, db: Session, before: Stored, shares: tuple[Share, ...] | None = None) -> Stored:
        """The session as this transaction leaves it: what it wrote to is read again.

        shares: the words of the step as they stand there now, where they are known.
        """
        wrote = self._witness.wrote(db) & SEEN
        if not wrote:
            return before
        if wrote != {ShareRow.__tablename__}:
            return load(db, self._words, before.meeting.id)
        if shares is None:
            shares = _shares(db, self._words, before.meeting)
        return replace(before, shares=shares, named=_named(db, self._words, before.meeting))

    def keep(self, stored: Stored, mark: Mark | None) -> None:
        """This is how a session stands in the database, as long as the mark is the same; without a mark its
        stage alone. Nothing is kept of one that is over, whose words are on no screen any more; and no
        words while a wall stands: those without a name are in memory only until they are on it.
        """
        meeting = stored.meeting
        self._known.pop(meeting.id, None)
        self._stages.pop(meeting.id, None)
        if meeting.phase in OVER:
            return
        if mark is None:
            self._stages[meeting.id] = meeting
        elif mark == self._mark and not stored.lines:
            self._known[meeting.id] = stored

    def forget_all_but(self, ids: Set[str]) -> None:
        """Of other sessions nothing is kept: another process may have ended them."""
        for kept in (self._known, self._stages):
            for meeting_id in kept.keys() - ids:
                kept.pop(meeting_id, None)


def room_of(stored: Stored, presence: PresenceTable, unnamed: UnnamedWords) -> Room:
    """The stored half and what is in memory alone: everything that can be seen in a session."""
    meeting = stored.meeting
    round_id, round_key = unnamed.announced(meeting)
    return Room(
        meeting=meeting,
        circle=stored.circle,
        shares=stored.shares,
        lines=stored.lines,
        words=stored.words,
        batch=unnamed.batch(meeting),
        between=unnamed.pending.between.of(meeting),
        presence=presence.of(meeting.id),
        signs=presence.signs(meeting.id),
        agreed=stored.agreed,
        named=stored.named,
        quiet=presence.told_quiet(meeting.id),
        epoch=unnamed.pending.epoch(meeting.id),
        round_id=round_id,
        round_key=round_key,
    )


def with_words(before: Room, stored: Stored) -> Room:
    """As `room_of`, where nothing has changed since but words by name."""
    return replace(before, shares=stored.shares, named=stored.named)


def _shares(db: Session, words: Words, meeting: Meeting) -> tuple[Share, ...]:
    return words.shares(db, meeting.id, meeting.step.id) if meeting.step else ()


def _lines(db: Session, words: Words, meeting: Meeting) -> tuple[WallLine, ...]:
    wall = _wall_step(meeting)
    return words.lines(db, meeting.id, wall) if wall else ()


def _named(db: Session, words: Words, meeting: Meeting) -> frozenset[str]:
    quiet = meeting.step is not None and is_quiet(meeting)
    return words.givers(db, meeting.id, meeting.step.id) if quiet and meeting.step else frozenset()


def _circle(db: Session, circle_id: str) -> tuple[CircleFacts, dict[str, Standing], frozenset[str]]:
    """What the lasting group lends, whom it knows, and who has said yes to its present agreements."""
    with_owner = select(Circle, User.name).join(User, User.id == Circle.owner_id, isouter=True)
    circle, owner = db.execute(with_owner.where(Circle.id == circle_id)).one()
    facts = CircleFacts(
        name=circle.name,
        host=owner or "",
        agreements=tuple(str(clause) for clause in circle.agreements),
        agreements_version=circle.agreements_version,
        agreements_new=new_clauses(db, circle),
        call_url=circle.call_url,
        country=circle.country,
    )
    columns = select(Member.id, Member.role, Member.banned, Member.affirmed_version)
    rows = db.execute(columns.where(Member.circle_id == circle.id)).all()
    people = {row.id: Standing(row.role == "host", row.banned) for row in rows}
    agreed = frozenset(row.id for row in rows if row.affirmed_version == circle.agreements_version)
    return facts, people, agreed


def _wall_step(meeting: Meeting) -> str:
    """The step whose wall is meant: this one, or the last wall when a host reads from it."""
    step = meeting.step
    if step is None or step.sharing not in (Sharing.UNNAMED_WALL, Sharing.UNNAMED_READ):
        return ""
    if step.sharing is Sharing.UNNAMED_WALL:
        return step.id
    earlier = meeting.plan.steps[: meeting.index]
    return next((s.id for s in reversed(earlier) if s.sharing is Sharing.UNNAMED_WALL), "")
