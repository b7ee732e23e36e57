"""What somebody does in a rehearsal, from what their page shows and the part the room is in. Pure.

Whatever the plan is, and whatever the host makes of it: nobody here knows a step by its name.
"""

from __future__ import annotations

from collections.abc import Callable

from circle.domain.meeting import RUNNING, Phase
from circle.domain.plan import Kind, Part
from circle.simulate import ensemble as e
from circle.simulate.acts import DROP, LINE, SILENCE_S, Act, Wish
from circle.simulate.ensemble import Ensemble, Player, Score
from circle.simulate.screen import Screen

ARRIVE, COME_BACK = "arrive", "come_back"
LINE_LOST_S = 75.0
LATE_S = 30.0  # after the second step has begun
EARLY_S = 4.0  # between two who come before the beginning
WHISPER_S = 40.0
BACK_S = 90.0  # into a break


def arrival(player: Player, place: int, table: Screen) -> list[Act]:
    """When this person comes to the door. place: in the row of those who come; table: the hosts' screen."""
    wishes = (Wish(ARRIVE),)
    if player.role != e.LATE:
        return [Act("arrive", EARLY_S * (place + 1), wishes)]
    late_enough = table.step.get("at", -1) >= 1 or table.phase == Phase.CLOSING
    return [Act("arrive", LATE_S, wishes, tells=f"{player.name} comes late.")] if late_enough else []


def return_to_line(player: Player) -> list[Act]:
    """When somebody whose line is lost is back."""
    return [Act("line back", LINE_LOST_S, (Wish(COME_BACK),), tells=f"{player.name} is back on the line.")]


def player_acts(player: Player, screen: Screen, score: Score, everybody: Ensemble) -> list[Act]:
    """Everything this person would do now, each with its wait."""
    if screen.me.get("place") != "seated" or screen.me.get("apart"):
        return []
    acts = _where_i_am(player, screen)
    if screen.phase == Phase.BREAK and player.takes:
        acts.append(Act(f"{screen.seq}:back", BACK_S, (Wish("am_back"),)))
    if screen.phase not in RUNNING:
        return acts
    acts += _in_trouble(player, screen, score, everybody)
    acts += _agree(player, screen)
    answer = _BY_PART.get(Part(screen.part))
    return [*acts, *(answer(player, screen, score, everybody) if answer else [])]


def words_of(player: Player, screen: Screen) -> str:
    """What this person says in the present step; "" for nothing."""
    at = int(screen.step["at"])
    if not player.lines:
        return ""
    if screen.step.get("number"):
        return str(player.number)
    if screen.part == Part.ANSWER and player.role != e.LONG and at % 2 == 0:
        return player.word
    return player.lines[at % len(player.lines)]


def _where_i_am(player: Player, screen: Screen) -> list[Act]:
    until = (screen.stage.get("pulse") or {}).get("until")
    if not until or screen.me.get("role") != "member":
        return []
    return [Act(f"pulse:{until}", player.pace_s / 4, (Wish("say_where", {"where": player.where}),))]


def _in_trouble(player: Player, screen: Screen, score: Score, everybody: Ensemble) -> list[Act]:
    step = screen.step["id"]
    if player.role == e.DROPS and step == score.drop:
        return [Act("drop", 10.0, (Wish(DROP),), tells=f"{player.name}’s line drops.")]
    if player.role == e.HAND and step == score.hand:
        ask = Wish("whisper", {"text": everybody.whisper})
        said = f"{player.name} asks for a hand, privately. Only the desk shows it."
        return [Act("hand", WHISPER_S, (ask,), tells=said)]
    return []


def _agree(player: Player, screen: Screen) -> list[Act]:
    if screen.step["kind"] != Kind.AGREEMENTS or screen.me.get("agreed") or player.role == e.SILENT:
        return []
    yes = Wish("affirm", {"version": screen.stage["agreements_version"]})
    return [Act(f"agree:{screen.stage['agreements_version']}", player.pace_s, (yes,))]


def _say(screen: Screen, words: str) -> Wish:
    return Wish("say", {"step": screen.step["id"], "text": words, "summary": False})


def _answer(player: Player, screen: Screen, score: Score, everybody: Ensemble) -> list[Act]:
    words = words_of(player, screen)
    said = any(share["seat"] == screen.me["id"] for share in screen.items("said").values())
    if not words or said:
        return []
    flood = screen.step["id"] == score.flood and player.role != e.PHONE
    after_s = everybody.flood_s if flood else player.pace_s
    tells = "Many answer at once." if flood else _long(player)
    return [Act(f"{screen.seq}:say", after_s, (_say(screen, words),), tells=tells)]


def _write_unnamed(player: Player, screen: Screen, score: Score, everybody: Ensemble) -> list[Act]:
    words = words_of(player, screen)
    if not words or player.role == e.PHONE:  # that page sends what is written on it, and nothing else
        return []
    may = player.mail == "full"
    data = {"step": screen.step["id"], "text": words, "read_aloud": may, "summary": may}
    flood = screen.step["id"] == score.flood
    after_s = everybody.flood_s if flood else player.pace_s
    tells = "Many write at once." if flood else ""  # of whom: nobody is to know, not even here
    return [Act(f"{screen.step['id']}:line", after_s, (Wish(LINE, data),), tells=tells)]


def _receive(player: Player, screen: Screen, _score: Score, _everybody: Ensemble) -> list[Act]:
    lines = sorted(screen.items("lines"))
    if not player.takes or not lines:
        return []
    line = lines[len(player.name) % len(lines)]
    return [Act(f"{screen.step['id']}:touch", player.pace_s, (Wish("receive", {"line": line}),))]


def _take_turn(player: Player, screen: Screen, _score: Score, _everybody: Ensemble) -> list[Act]:
    me, piece = screen.me["id"], screen.stage.get("piece") or {}
    if piece.get("holder") != me:
        return []
    hand_on = Wish("hand_on", {"holder": me})
    again = me in piece["later_used"]
    key = f"{screen.seq}:turn:{again}"
    if player.turn == "silence":
        if not piece["silent"]:
            tells = f"{player.name} holds silence. It is a turn like any other."
            return [Act(f"{key}:silence", 5.0, (Wish("hold_silence"),), tells=tells)]
        return [Act(f"{key}:on", 3 * SILENCE_S, (hand_on,))]
    if player.turn == "later" and not again:
        return [Act(key, 6.0, (Wish("later"),), tells=f"{player.name} says: later.")]
    words = words_of(player, screen)
    if player.turn == "pass" or not words:
        return [Act(key, 6.0, (Wish("pass_piece"),), tells=f"{player.name} passes.")]
    return [Act(key, player.pace_s, (_say(screen, words), hand_on), tells=_long(player))]


def _volunteer(player: Player, screen: Screen, score: Score, everybody: Ensemble) -> list[Act]:
    me, piece = screen.me["id"], screen.stage.get("piece") or {}
    if piece.get("holder") == me:
        return _take_turn(player, screen, score, everybody)
    if not player.takes or me in piece.get("queue", ()):
        return []
    flood = screen.step["id"] == score.flood
    after_s = everybody.flood_s if flood else 2 * player.pace_s
    tells = "Many would like the piece at once." if flood else ""
    return [Act(f"{screen.seq}:take", after_s, (Wish("take_piece"),), tells=tells)]


def _in_pair(player: Player, screen: Screen, score: Score, everybody: Ensemble) -> list[Act]:
    words, pair = words_of(player, screen), screen.me.get("pair") or {}
    if not words or not pair.get("there"):
        return []
    wish = Wish("say_in_pair", {"step": screen.step["id"], "text": words})
    flood = screen.step["id"] == score.flood
    tells = "Many talk at once, two by two." if flood else ""
    return [Act(f"{screen.seq}:pair", everybody.flood_s if flood else player.pace_s, (wish,), tells=tells)]


def _long(player: Player) -> str:
    return f"{player.name} writes long." if player.role == e.LONG else ""


_BY_PART: dict[Part, Callable[[Player, Screen, Score, Ensemble], list[Act]]] = {
    Part.ANSWER: _answer,
    Part.WALL_WRITE: _write_unnamed,
    Part.WALL_SHOW: _receive,
    Part.ROUND: _take_turn,
    Part.VOLUNTEER: _volunteer,
    Part.PAIR: _in_pair,
}
