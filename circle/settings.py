"""Configuration from the environment, read once into one frozen object (names: README)."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

# What can stand in every mail's head as it is: each mail writes its own weekday before it.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_PLAIN_ADDRESS = re.compile(rf"{_ATOM}(\.{_ATOM})*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_ORIGIN = re.compile(r"(https?)://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]+)?/?")
_OWN_PORTS = {"http": ":80", "https": ":443"}
_PLACEHOLDER_KEYS = ("change-me", "changeme", "secret", "development", "default")


class SettingsError(Exception):
    """A variable cannot be used; the message names it and says what would do."""


class Settings(BaseModel):
    """Everything the environment decides. See README for the meaning of each variable."""

    model_config = ConfigDict(frozen=True)

    port: int = 8000
    host: str = "127.0.0.1"
    database_url: str = ""
    redis_url: str = ""
    smtp_url: str = ""
    origins: tuple[str, ...] = ()
    secret_key: str = ""
    keys: str = ""
    data_dir: Path = Path("data")
    env: str = "development"
    proxies: int = 0  # how many stand before us and say for whom they ask
    mail_from: str = "notes@localhost"
    metrics_token: str = ""  # what /metrics is asked with; there is no such page without
    test_control: str = ""
    test_now: AwareDatetime | None = None
    test_speed: float = 1.0  # of an evening one watches
    test_pace: int = 1  # times as much as one person may otherwise ask of a room
    certificate: Path | None = None  # set by `circle run --lan`: this process serves https itself

    @field_validator("port")
    @classmethod
    def _port_range(cls, port: int) -> int:
        if not 0 <= port <= 65535:
            raise ValueError(f"takes {_TAKES['port']}")
        return port

    @field_validator("proxies")
    @classmethod
    def _proxies_range(cls, proxies: int) -> int:
        if not 0 <= proxies <= 5:
            raise ValueError(f"takes {_TAKES['proxies']}")
        return proxies

    @field_validator("origins")
    @classmethod
    def _origins_as_browsers_say(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_as_browsers_say(origin) for origin in origins)

    @field_validator("env")
    @classmethod
    def _env_known(cls, env: str) -> str:
        if env not in ("development", "production", "test"):
            raise ValueError("is development, production or test")
        return env

    @field_validator("metrics_token")
    @classmethod
    def _token_is_long(cls, token: str) -> str:
        if token and len(token) < 24:
            raise ValueError("takes 24 or more random characters")
        return token

    @field_validator("mail_from")
    @classmethod
    def _sender_is_plain(cls, sender: str) -> str:
        if not _PLAIN_ADDRESS.fullmatch(sender):
            raise ValueError("takes a plain address like notes@circle.example.org, without a name")
        return sender

    @model_validator(mode="after")
    def _several_need_postgresql(self) -> Settings:
        """SQLite commits work of one process together; another process would not wait for its turn."""
        if self.redis_url and self.database.startswith("sqlite"):
            raise ValueError(
                "REDIS_URL: several processes need PostgreSQL; set DATABASE_URL too, or leave REDIS_URL out"
            )
        return self

    @model_validator(mode="after")
    def _production_is_strict(self) -> Settings:
        if self.env != "production":
            return self
        if not self.origins:
            raise ValueError("CIRCLE_ORIGINS: production takes the https addresses people use")
        if any(not origin.startswith("https://") for origin in self.origins):
            raise ValueError("CIRCLE_ORIGINS: production takes https only")
        if len(self.secret_key) < 32 or any(word in self.secret_key.lower() for word in _PLACEHOLDER_KEYS):
            raise ValueError("CIRCLE_SECRET_KEY: production takes 32 or more random characters")
        if not self.keys:
            raise ValueError("CIRCLE_KEYS: production takes its own keys for words at rest")
        if self.test_control or self.test_now or (self.test_speed, self.test_pace) != (1, 1):
            raise ValueError("CIRCLE_TEST_CONTROL: not in production")
        return self

    @property
    def production(self) -> bool:
        """Served to people over the open internet."""
        return self.env == "production"

    @property
    def database(self) -> str:
        """The database URL, by default SQLite in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir / 'circle.sqlite'}"

    @property
    def allowed_origins(self) -> tuple[str, ...]:
        """Origins a browser may come from; never empty, never a wildcard."""
        if self.origins:
            return self.origins
        return (f"http://localhost:{self.port}", f"http://127.0.0.1:{self.port}")

    @property
    def pages_have_crypto(self) -> bool:
        """Whether browsers give pages at these addresses the means of a quiet round (https or loopback)."""
        own = ("http://localhost:", "http://127.0.0.1:", "http://[::1]:", "https://")
        return all(f"{origin}:".startswith(own) for origin in self.allowed_origins)

    @property
    def own_address(self) -> str:
        """Where this process reaches itself."""
        scheme = "https" if self.certificate else "http"
        everywhere = self.host in ("0.0.0.0", "::", "localhost")  # noqa: S104  # compared, not bound
        return f"{scheme}://{'127.0.0.1' if everywhere else self.host}:{self.port}"


def _as_browsers_say(origin: str) -> str:
    """The origin as a browser sends it, which is compared letter by letter: small letters, no `/` at the
    end, no port that goes without saying. Raises ValueError.
    """
    found = _ORIGIN.fullmatch(origin.lower())
    if found is None:
        raise ValueError("takes addresses like https://circle.example.org: no path, commas in between")
    scheme, host, port = found.groups()
    return f"{scheme}://{host}" + ("" if port == _OWN_PORTS[scheme] else port or "")


_NAMES = {
    "port": "PORT",
    "host": "HOST",
    "database_url": "DATABASE_URL",
    "redis_url": "REDIS_URL",
    "smtp_url": "SMTP_URL",
    "origins": "CIRCLE_ORIGINS",
    "secret_key": "CIRCLE_SECRET_KEY",
    "keys": "CIRCLE_KEYS",
    "data_dir": "CIRCLE_DATA_DIR",
    "env": "CIRCLE_ENV",
    "proxies": "CIRCLE_PROXIES",
    "mail_from": "CIRCLE_MAIL_FROM",
    "metrics_token": "CIRCLE_METRICS_TOKEN",
    "test_control": "CIRCLE_TEST_CONTROL",
    "test_now": "CIRCLE_TEST_NOW",
    "test_speed": "CIRCLE_TEST_SPEED",
    "test_pace": "CIRCLE_TEST_PACE",
}


_TAKES = {
    "port": "a number from 0 to 65535",
    "proxies": "a number from 0 to 5",
    "test_now": "a time with its zone",
    "test_speed": "a number",
    "test_pace": "a whole number",
}


def _said(error: ErrorDetails) -> str:
    """What the field takes, in our own words: the library's are for programmers."""
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    return f"takes {_TAKES.get(str(error['loc'][0]), 'something else')}"


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment. Raises SettingsError, naming the variable."""
    source = os.environ if environment is None else environment
    values: dict[str, object] = {f: source[name] for f, name in _NAMES.items() if source.get(name)}
    if isinstance(values.get("origins"), str):
        values["origins"] = tuple(str(values["origins"]).replace(",", " ").split())
    try:
        return Settings(**values)  # type: ignore[arg-type]
    except ValidationError as problem:
        lines = []
        for error in problem.errors():
            name = _NAMES.get(str(error["loc"][0]), "") if error["loc"] else ""
            lines.append(f"{name} {_said(error)}".strip())
        raise SettingsError("; ".join(lines)) from None
