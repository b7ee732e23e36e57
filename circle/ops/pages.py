"""`/readyz` and `/metrics`: for machines. No session, any host name, no word about people."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Flask, Response, abort, jsonify, request
from sqlalchemy import Engine

from circle.ops.beats import WorkerBeats
from circle.ops.checks import checks
from circle.ops.metrics import KIND, AtScrape, Metrics
from circle.ops.outbox import waiting_or_none
from circle.ops.readiness import Readiness
from circle.services.ports import Clock
from circle.store.crypto import KeyRing

READY, METRICS = "/readyz", "/metrics"


@dataclass(frozen=True, slots=True)
class Operating:
    """What these pages look at: `app.extensions["circle.operating"]`. token: what /metrics is asked with;
    empty: there is no such page.
    """

    readiness: Readiness
    metrics: Metrics
    at_scrape: AtScrape
    token: str


def install_operating(
    app: Flask,
    engine: Engine,
    keys: KeyRing,
    clock: Clock,
    ping: Callable[[], object] | None,
    worker: WorkerBeats,
    metrics: Metrics,
    token: str,
) -> None:
    """Put the pages on the app. ping: as `checks` takes it."""
    readiness = Readiness(checks(engine, keys, ping, worker))
    operating = Operating(
        readiness, metrics, AtScrape(readiness, lambda: waiting_or_none(engine, clock)), token
    )
    app.extensions["circle.operating"] = operating
    app.register_blueprint(_blueprint(operating))


def _blueprint(operating: Operating) -> Blueprint:
    blueprint = Blueprint("operating", __name__)

    @blueprint.get(READY)
    def ready() -> tuple[Response, int]:
        """Every part of the work, and 503 when one is not right. `?without=worker` leaves one out: a door
        that people stand before is not to be shut because mails wait.
        """
        without = set(request.args.getlist("without"))
        parts = {name: part for name, part in operating.readiness.parts().items() if name not in without}
        fine = all(part.ok for part in parts.values())
        told = {name: {"ok": part.ok, "says": part.says} for name, part in parts.items()}
        return jsonify(ready=fine, parts=told), 200 if fine else 503

    @blueprint.get(METRICS)
    def metrics() -> Response:
        """Figures for whoever has the token. For everybody else there is nothing here.

        Asking from this machine is no reason to answer: behind a proxy everybody seems to.
        """
        sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not operating.token or not hmac.compare_digest(sent.encode(), operating.token.encode()):
            abort(404)
        return Response(operating.metrics.page(operating.at_scrape), content_type=KIND)

    return blueprint
