"""The closing round: a host goes last, as the script says."""

from __future__ import annotations

from circle.domain import commands as c
from circle.domain.plan import Kind, Sharing
from tests.domain.scene import ANA, BO, CO, CY, HOST, LAST_ROUND, ROUND, Scene, begun, make_meeting, step

ONE_MORE = step("more", Kind.ROUND, Sharing.SPOKEN_ROUND)


def offered(scene: Scene) -> list[str]:
    """Who gets the piece, in order, when everybody hands it on."""
    had = []
    while scene.piece.holder is not None:
        had.append(scene.piece.holder)
        scene.do(HOST, c.HandOn(scene.piece.holder))
    return had


def test_in_the_closing_a_host_goes_last() -> None:
    scene = begun(ROUND, LAST_ROUND, ONE_MORE)
    assert offered(scene) == [HOST, ANA, BO, CY]
    scene.do(HOST, c.Next())
    assert offered(scene) == [ANA, BO, CY, HOST]
    scene.do(HOST, c.Next())
    assert offered(scene) == [ANA, BO, CY, HOST], "what stands behind the first closing step is closing too"


def test_the_ring_begins_beside_the_first_host() -> None:
    scene = Scene(make_meeting(ROUND, LAST_ROUND, hosts=(HOST, CO)))
    scene.do(HOST, c.OpenDoor(), c.Next(), c.Next())
    assert scene.piece.order == (CO, ANA, BO, CY, HOST)


def test_whoever_stepped_out_is_not_waited_for() -> None:
    scene = begun(ROUND, LAST_ROUND)
    scene.away.add(ANA)
    scene.do(HOST, c.Next())
    assert (scene.piece.holder, scene.piece.to_come) == (BO, (CY, HOST, ANA))


def test_going_back_from_the_closing_and_on_again() -> None:
    scene = begun(ROUND, LAST_ROUND)
    scene.do(HOST, c.Next(), c.GoBack(), c.Next())
    assert scene.piece.holder == ANA
