"""Who is connected and what their page says: memory only, gone with the connections."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from circle.domain.room import Presence, Status
from circle.domain.signs import NO_SIGNS, Signs, came_back
from circle.services.memory import Memories, OwnMemories, Person
from circle.services.ports import Clock

HOST_QUIET = timedelta(seconds=20)  # then hosts and the guardian are told, and may take the room
HOST_LOST = timedelta(seconds=45)  # then everybody is told (ADR 8)
HOST_LOST_IN_CALL = timedelta(minutes=3)  # a host whose phone shows the call
SILENT = timedelta(seconds=60)  # pages beat every 5, 15 or, when hidden, 25 seconds
RESTART_GRACE = timedelta(seconds=20)  # our own restart is nobody's absence


class PresenceTable:
    """Presence by meeting id, then seat id. Connection ids never leave it."""

    def __init__(self, clock: Clock, memories: Memories | None = None, stage: Clock | None = None) -> None:
        """clock: of heart-beats. stage: of what people say of themselves, where the evening runs on a
        clock of its own (a rehearsal); pages beat in real time all the same.
        """
        self._clock = clock
        self._stage = stage or clock
        self._memories = memories or OwnMemories()
        self._born = clock.now()

    def of(self, meeting_id: str) -> Mapping[str, Presence]:
        """Presence by seat id. What is returned stays as it is."""
        memory = self._memories.of(meeting_id)
        if memory.shown is None:
            memory.shown = {seat: _as_shown(person) for seat, person in memory.people.items()}
        return memory.shown

    def away(self, meeting_id: str) -> frozenset[str]:
        """Seats of people who stepped out."""
        people = self._people(meeting_id)
        return frozenset(seat for seat, p in people.items() if p.status is Status.OUT)

    def connect(self, meeting_id: str, seat_id: str, connection: str) -> None:
        """A page arrived; several pages of one person are one person."""
        person = self._person(meeting_id, seat_id)
        person.connections[connection] = person.last_beat = self._clock.now()

    def beat(self, meeting_id: str, seat_id: str, connection: str) -> bool:
        """The page is still there; False if it is not known (any more)."""
        person = self._people(meeting_id).get(seat_id)
        if person is None or connection not in person.connections:
            return False
        person.connections[connection] = person.last_beat = self._clock.now()
        return True

    def disconnect(self, meeting_id: str, seat_id: str, connection: str) -> None:
        """The page is gone; what it last said of the person stays."""
        person = self._changing(meeting_id).get(seat_id)
        if person is not None:
            person.connections.pop(connection, None)

    def is_silent(self, meeting_id: str) -> bool:
        """Whether some page has not been heard of for so long that it is to be given up."""
        return any(
            self._is_silent(beat)
            for person in list(self._people(meeting_id).values())
            for beat in list(person.connections.values())
        )

    def drop_silent(self, meeting_id: str) -> None:
        """Give those pages up: phones that sleep, lines that are black holes, the slow line."""
        for person in self._changing(meeting_id).values():
            heard = {key: beat for key, beat in person.connections.items() if not self._is_silent(beat)}
            person.connections = heard

    def say(self, meeting_id: str, seat_id: str, status: Status) -> None:
        """Here, stepped out, or in the call."""
        person = self._person(meeting_id, seat_id)
        if person.status is not status:
            person.status, person.since = status, self._stage.now()
        if status is not Status.OUT:
            self.set_signs(meeting_id, came_back(self.signs(meeting_id), seat_id))

    def signs(self, meeting_id: str) -> Signs:
        """What the room has let be known without words."""
        return self._memories.of(meeting_id).signs

    def set_signs(self, meeting_id: str, signs: Signs) -> None:
        """The signs as they are now."""
        self._memories.of(meeting_id).signs = signs

    def forget(self, meeting_id: str) -> None:
        """The session is over: nothing of this is kept."""
        self._changing(meeting_id).clear()
        self._forget_signs(meeting_id)

    def holds(self, meeting_id: str) -> bool:
        """Whether there is anything that goes with the session (`forget`)."""
        return bool(self._people(meeting_id)) or self.signs(meeting_id) != NO_SIGNS

    def forget_what_was_said(self, meeting_id: str) -> None:
        """The session is over and its pages are still here: where people were, and signs, go."""
        for person in self._changing(meeting_id).values():
            person.status, person.since = Status.HERE, None
        self._forget_signs(meeting_id)

    def is_gone(self, meeting_id: str, seat_id: str) -> bool:
        """Whether no page of this person has been heard of for a minute."""
        return self._silence(meeting_id, seat_id, SILENT) is not None

    def everybody_stays(self, meeting_id: str, until: datetime) -> None:
        """Whoever is connected will have been there until then: for tests, before a clock jumps over an
        evening's beats.
        """
        for person in self._people(meeting_id).values():
            if person.connections:
                person.connections = dict.fromkeys(person.connections, until)
                person.last_beat = until

    def is_deserted(self, meeting_id: str) -> bool:
        """Whether nobody's page is connected; never so soon after our own start, when pages come back."""
        if self._clock.now() - self._began(meeting_id) < RESTART_GRACE:
            return False
        return not any(person.connections for person in self._people(meeting_id).values())

    def hosts_lost_for(self, meeting_id: str, hosts: Iterable[str]) -> timedelta | None:
        """How long every host has been silent past what is allowed; None while one can be reached."""
        silences = []
        for seat in hosts:
            silence = self._silence(meeting_id, seat, HOST_LOST)
            if silence is None:
                return None
            silences.append(silence)
        return min(silences, default=None)

    def is_heard(self, meeting_id: str, hosts: Collection[str]) -> bool:
        """Whether a page of one of them has been heard of since we began: our own grace is no host, and what
        another process heard before us says nothing of now.
        """
        beats = [person.last_beat for seat, person in self._people(meeting_id).items() if seat in hosts]
        return any(beat is not None and beat >= self._born for beat in beats)

    def quiet_hosts(self, meeting_id: str, hosts: Iterable[str]) -> frozenset[str]:
        """Hosts who have been silent for 20 seconds (three minutes in the call)."""
        return frozenset(h for h in hosts if self._silence(meeting_id, h, HOST_QUIET) is not None)

    def told_quiet(self, meeting_id: str) -> frozenset[str]:
        """Hosts whose silence has been told to those who may take the room."""
        return self._memories.of(meeting_id).told_quiet

    def tell_quiet(self, meeting_id: str, hosts: frozenset[str]) -> None:
        """These are the silent ones now."""
        self._memories.of(meeting_id).told_quiet = hosts

    def _silence(self, meeting_id: str, seat: str, allowed: timedelta) -> timedelta | None:
        """How long this page has been silent; None while that is shorter than allowed."""
        person = self._people(meeting_id).get(seat, Person())
        beat = person.last_beat
        heard = beat if beat is not None and beat >= self._born else self._began(meeting_id) + RESTART_GRACE
        silence = self._clock.now() - heard
        most = HOST_LOST_IN_CALL if person.status is Status.CALL else allowed
        return silence if silence >= most else None

    def _began(self, meeting_id: str) -> datetime:
        """Since when pages of this session could be heard: our start, or that of its memory."""
        return max(self._born, self._memories.of(meeting_id).began or self._born)

    def _is_silent(self, last_beat: datetime) -> bool:
        return self._clock.now() - last_beat >= SILENT

    def _people(self, meeting_id: str) -> dict[str, Person]:
        return self._memories.of(meeting_id).people

    def _changing(self, meeting_id: str) -> dict[str, Person]:
        """The same, where what is seen of them changes now."""
        memory = self._memories.of(meeting_id)
        memory.shown = None
        return memory.people

    def _person(self, meeting_id: str, seat_id: str) -> Person:
        return self._changing(meeting_id).setdefault(seat_id, Person())

    def _forget_signs(self, meeting_id: str) -> None:
        memory = self._memories.of(meeting_id)
        memory.signs, memory.told_quiet = NO_SIGNS, frozenset()


# What nearly everybody is: one object, which is like itself without a look.
_HERE = {connected: Presence(connected=connected) for connected in (True, False)}


def _as_shown(person: Person) -> Presence:
    connected = bool(person.connections)
    if person.status is Status.HERE and person.since is None:
        return _HERE[connected]
    return Presence(person.status, connected, person.since)
