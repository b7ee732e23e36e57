"""What guards every page: headers, form tokens, where a request may come from and go to."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask_wtf import CSRFProtect
from werkzeug.datastructures import ContentSecurityPolicy
from werkzeug.middleware.proxy_fix import ProxyFix

from circle.domain.errors import Invalid, NotAllowed, NotFound
from circle.settings import Settings

csrf = CSRFProtect()

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_FROM_HERE = frozenset({"same-origin", "none"})
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
# Load balancers and monitors ask by number, not by name.
_ANY_HOST = frozenset({"/healthz", "/readyz", "/metrics"})
_NUL = "\0"  # no page of ours sends it; PostgreSQL takes it in no text, not even to compare
_FROM_ANYWHERE = frozenset({"mine.stop"})  # a mail program posts it for its reader (RFC 8058)


def guard(app: Flask, settings: Settings, *, framed: bool = False) -> None:
    """Refuse what comes from elsewhere, ask for form tokens, and put the headers on every answer.

    framed: pages of ours may show these in a frame.
    """
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # a form may stand open for a whole evening
    # Our pages send no Referer, so there is none to compare; Sec-Fetch-Site says more, and is checked.
    app.config["WTF_CSRF_SSL_STRICT"] = False
    app.wsgi_app = behind_proxies(app.wsgi_app, settings)  # type: ignore[method-assign]
    hosts = frozenset(_host(origin) for origin in settings.allowed_origins)
    headers = security_headers(settings)
    headers["Content-Security-Policy"] = content_policy(settings, framed=framed)

    @app.before_request
    def from_here_to_here() -> Response | None:
        if request.host not in hosts and request.path not in _ANY_HOST:
            return Response("This address is not served here.\n", 400, mimetype="text/plain")
        _refuse_cross_site()
        _refuse_unreadable()
        return None

    csrf.init_app(app)

    @app.after_request
    def with_headers(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
            response.vary.add("Cookie")
        return response


def behind_proxies(wsgi: Any, settings: Settings) -> Any:
    """`wsgi` with what the proxies before us say of a visitor; twice is the same as once. Exactly as many
    as there are: what a visitor claims beyond them is not read.
    """
    if not settings.proxies:
        return wsgi
    return ProxyFix(wsgi, x_for=settings.proxies, x_proto=settings.proxies)


def security_headers(settings: Settings) -> dict[str, str]:
    """The headers of every answer, static files included."""
    headers = {
        "Content-Security-Policy": content_policy(settings),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=()",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    if settings.production:
        headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    return headers


def content_policy(settings: Settings, *, framed: bool = False, frames: bool = False) -> str:
    """Everything from our own origin, nothing inline, no HTML made from strings.

    framed: a page of ours may hold this one in a frame. frames: this page holds frames of ours.
    The sockets are named: older Safari does not count wss: as 'self'.
    """
    sockets = [origin.replace("http", "ws", 1) for origin in settings.allowed_origins]
    policy = ContentSecurityPolicy(
        {
            "default-src": "'none'",
            "script-src": "'self'",
            "style-src": "'self'",
            "font-src": "'self'",
            "img-src": "'self' data:",
            "connect-src": " ".join(["'self'", *sockets]),
            "manifest-src": "'self'",
            "worker-src": "'self'",
            "form-action": "'self'",
            "base-uri": "'none'",
            "frame-ancestors": "'self'" if framed else "'none'",
            **({"frame-src": "'self'"} if frames else {}),
            "require-trusted-types-for": "'script'",
            "trusted-types": "circle",  # for the addresses of our workers (static/js/lib/trusted.js)
        }
    )
    return policy.to_header()


def _refuse_cross_site() -> None:
    """Raises NotAllowed for a change that another site's page asks for.

    Browsers say where a request comes from, and pages cannot forge it. Programs that are no browser
    (a mail provider's one-click stop) say nothing; the form token guards the rest.
    """
    if request.method in _SAFE_METHODS or request.endpoint in _FROM_ANYWHERE:
        return
    if request.headers.get("Sec-Fetch-Site", "none") not in _FROM_HERE:
        raise NotAllowed("from_elsewhere")


def _refuse_unreadable() -> None:
    """Raises NotFound for an address with a NUL in it, Invalid for fields or the name of a file with one, and
    for JSON that is nested without end. (A lone surrogate comes in JSON alone; the wire refuses it.)
    """
    if _NUL in request.path:
        raise NotFound("not_found")
    fields = [*request.args.items(multi=True), *request.form.items(multi=True)]
    fields += [(name, file.filename or "") for name, file in request.files.items(multi=True)]
    if any(_NUL in name or _NUL in value for name, value in fields):
        raise Invalid("invalid")
    if request.is_json:
        try:
            request.get_json(silent=True)  # kept for whoever asks again
        except RecursionError:
            raise Invalid("invalid") from None


def _host(origin: str) -> str:
    parts = urlsplit(origin)
    return parts.netloc.lower().removesuffix(_DEFAULT_PORTS.get(parts.scheme, ""))
