"""The command line: `circle --help` lists what it does.

Nothing heavy is imported before a command runs: `circle run` and `circle worker` patch the standard
library for gevent first.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from circle.collector import look_seldom

NOT_CONFIGURED = 3


class _Commands(click.Group):
    """Whatever keeps a command from its work, and is the operator's to mend, is said in one sentence."""

    def invoke(self, ctx: click.Context) -> Any:
        """As click does. Exits 3 where there is such a sentence."""
        try:
            return super().invoke(ctx)
        except Exception as problem:
            sentence = _sentence(problem)
            if sentence is None:
                raise
        click.echo(f"Circle cannot start: {sentence}", err=True)
        sys.exit(NOT_CONFIGURED)


@click.group(cls=_Commands)
def main() -> None:
    """Circle: a facilitation toolkit for online support circles."""


@main.command()
@click.option("--lan", is_flag=True, help="Also for phones in the house: HTTPS on this machine's address.")
@click.option("--plain", is_flag=True, help="With --lan: http. No warning in browsers, and less in them.")
def run(lan: bool, plain: bool) -> None:
    """Serve everything from one process (SQLite unless DATABASE_URL is set)."""
    if plain and not lan:
        raise click.UsageError("--plain goes with --lan: on this machine alone it is http anyway.")
    _patch()
    with _nothing_to_clear():
        from circle.server import serve

    sys.exit(serve(lan=lan, plain=plain))


@main.command()
@click.option("--cluster", is_flag=True, help="With PostgreSQL, Redis, two web processes and a worker.")
def demo(cluster: bool) -> None:
    """Try Circle: a host, a circle and an evening are there, and nothing stays afterwards.

    With --cluster one can end a web process in the middle of an evening and watch.
    """
    if cluster:
        from circle.cluster.demo import serve_cluster

        sys.exit(serve_cluster())
    _patch()
    from circle.server import serve_demo

    sys.exit(serve_demo())


@main.command()
def worker() -> None:
    """Send due mail and purge what is over; beside web processes."""
    _patch()
    from circle.server import work

    work()


@main.command()
def migrate() -> None:
    """Bring the database to the present tables."""
    from circle.settings import read_settings
    from circle.store.engine import open_engine
    from circle.store.migrate import upgrade

    upgrade(open_engine(read_settings().database))
    click.echo("The database is ready.")


@main.command()
def purge() -> None:
    """Delete what the retention rule no longer keeps. The embedded server does this by itself."""
    runtime = _runtime()
    counts = runtime.retention.purge()
    click.echo(_counted(counts))


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Copy the SQLite database to FILE, also while a server runs. The keys are not in it."""
    from circle.backups import back_up
    from circle.settings import read_settings
    from circle.store.backup import BackupError

    try:
        back_up(read_settings(), file)
    except (BackupError, OSError) as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"Copied to {file}. Keep the keys elsewhere, and this file no longer than you need it.")


@main.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--finish", is_flag=True, help="After pg_restore: what follows once the rows are back.")
def restore(file: Path | None, finish: bool) -> None:
    """Put the copy in FILE in place of the SQLite database. Stop the server first.

    Sign-ins and links of the copy are ended, and what is due is purged at once.
    """
    from circle.backups import bring_back
    from circle.settings import read_settings
    from circle.store.backup import BackupError

    if (file is None) != finish:
        raise click.UsageError("either a FILE, or --finish after pg_restore.")
    try:
        done = bring_back(read_settings(), file)
    except (BackupError, OSError) as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"{done.sign_ins} sign-ins and {done.links} links ended. Purged: {_counted(done.purged)}.")
    click.echo("The database is back.")


@main.command("new-key")
def fresh_key() -> None:
    """Print a key for CIRCLE_KEYS."""
    from circle.store.crypto import new_key

    click.echo(new_key())


def _readable(_ctx: click.Context, _param: click.Parameter, text: str) -> str:
    """Words typed in a terminal. Raises BadParameter for bytes that are no letters in it, and for a NUL."""
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise click.BadParameter("there is something in it that is no letter here. Type it once more.")
    return text


@main.command()
@click.argument("address", callback=_readable)
@click.argument("name", callback=_readable)
@click.password_option(callback=_readable)
def account(address: str, name: str, password: str) -> None:
    """Make a facilitator's account."""
    from circle.domain.errors import CircleError

    runtime = _runtime()
    try:
        runtime.hub.accounts.create(address, name, password)
    except CircleError as refusal:
        sentences = runtime.hub.library.refusals
        codes = refusal.fields.values() or [refusal.code]
        raise click.ClickException(" ".join(sentences.get(code, code) for code in codes)) from None
    click.echo(f"{name} can sign in now.")


@main.command()
@click.argument("address", callback=_readable)
def signin(address: str) -> None:
    """Print a link that signs ADDRESS in once, for somebody whose password is lost."""
    runtime = _runtime()
    accounts = runtime.hub.accounts
    user = accounts.by_address(address)
    if user is None:
        raise click.ClickException("nobody has an account with this address. `circle account` makes one.")
    link = f"{runtime.settings.allowed_origins[0]}/signin/link/{accounts.one_use_link(user)}"
    click.echo(f"Whoever opens this link is signed in, once, within ten minutes:\n\n    {link}\n")
    click.echo(
        "For a quarter of an hour from then they can choose another password, under their name on *Tonight*."
    )


@main.command("forget-circle")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask first.")
def forget_circle(name: str, yes: bool) -> None:
    """Delete the circle with this NAME or id, with everybody and everything in it."""
    from circle.services.forgetting import UnderWay

    forgetting = _forgetting(_runtime())
    found = _circle_called(forgetting, name)
    if not yes:
        click.confirm("Forget it? All of this goes, and nothing here brings it back.", abort=True)
    try:
        forgetting.forget_circle(found.id)
    except UnderWay:
        raise click.ClickException(
            "people are together there at this moment, so nothing was deleted. Try again after the evening."
        ) from None
    click.echo("It is gone.")


@main.command("forget-member")
@click.argument("circle")
@click.argument("member")
@click.option("--yes", is_flag=True, help="Do not ask first.")
def forget_member(circle: str, member: str, yes: bool) -> None:
    """Delete the MEMBER with this name or id from the CIRCLE with this name or id."""
    from circle.services.forgetting import UnderWay

    forgetting = _forgetting(_runtime())
    guests = forgetting.guests_called(_circle_called(forgetting, circle).id, member)
    if not guests:
        raise click.ClickException(
            "nobody there has this name or id without an account. Who hosts, or has hosted, goes with "
            "circle forget-account ADDRESS."
        )
    for one in guests:
        kept_out = "; asked not to come back, which is forgotten too" if one.stays_out else ""
        click.echo(f"{one.name} ({one.id}), there since {one.since.isoformat()}{kept_out}")
    if len(guests) > 1:
        raise click.ClickException("several have this name, or one person came by several ways. Say an id.")
    if not yes:
        click.confirm("Forget them? Their name goes, and where notes would be sent.", abort=True)
    try:
        forgetting.forget_member(guests[0].id)
    except UnderWay:
        raise click.ClickException(
            "they have a chair in an evening that is on now, so nothing was deleted. Try again after it."
        ) from None
    click.echo("They are forgotten.")


@main.command("forget-account")
@click.argument("address")
@click.option("--yes", is_flag=True, help="Do not ask first.")
def forget_account(address: str, yes: bool) -> None:
    """Delete the account with this ADDRESS; circles that others keep go on without it."""
    from circle.services.forgetting import KeepsCircles, UnderWay

    runtime = _runtime()
    user = runtime.hub.accounts.by_address(address)
    if user is None:
        raise click.ClickException("nobody has an account with this address.")
    if not yes:
        click.confirm(
            f"Forget {address.strip()}? The account goes, with its chair in every circle it hosts.",
            abort=True,
        )
    try:
        _forgetting(runtime).forget_account(user)
    except KeepsCircles as refusal:
        named = "".join(f"\n  {name} ({circle_id})" for circle_id, name in refusal.circles)
        raise click.ClickException(
            f"this account keeps circles, so nothing was deleted:{named}\n"
            "Where others host too, *Stop hosting* on the circle's page hands it to whoever has hosted "
            "longest. What nobody goes on with is forgotten first: circle forget-circle ID"
        ) from None
    except UnderWay as refusal:
        named = ", ".join(refusal.circles)
        raise click.ClickException(
            f"they have a chair in an evening that is on now ({named}), so nothing was deleted. "
            "Try again after it."
        ) from None
    click.echo("It is gone.")


@main.command("check-content")
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="The same as one JSON object.")
def check_content(folder: Path | None, as_json: bool) -> None:
    """Check every prompt, plan and sentence, and count the library. Exits 1 when something is to be mended.

    FOLDER is a content folder to look at instead of the one that came with the program.
    """
    from circle.content.census import as_data, describe
    from circle.content.ideas import coverage_data, describe_coverage
    from circle.content.lint import check_content as check
    from circle.content.loader import content_root, read_library
    from circle.content.problems import ContentError

    root = folder or content_root()
    problems = check(root)
    try:
        library = read_library(root)
    except ContentError:  # then there is nothing to count, and `problems` says why
        library = None
    if as_json:
        listed = [{"file": each.file, "field": each.field, "reason": each.reason} for each in problems]
        counted = {**as_data(library), "ideas": coverage_data(library)} if library else {}
        found = {"in_order": not problems, "problems": listed, **counted}
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        for line in [*describe(library), *describe_coverage(library)] if library else []:
            click.echo(line)
        for problem in problems:
            click.echo(str(problem))
        click.echo(f"{len(problems)} to mend." if problems else "All content is in order.")
    sys.exit(1 if problems else 0)


def _sentence(problem: Exception) -> str | None:
    """What is to be mended around Circle; None for a fault of its own. Nothing that could be a secret is in
    there: texts of drivers hold addresses, and names in them.
    """
    from sqlalchemy.exc import DatabaseError, OperationalError

    from circle.settings import SettingsError

    if isinstance(problem, SettingsError):
        return str(problem)
    if isinstance(problem, OperationalError) or type(problem) is DatabaseError:
        if type(problem.orig).__module__.startswith("sqlite3"):
            return (
                "the database cannot be opened or written. Look at CIRCLE_DATA_DIR, its rights and its disk"
            )
        return "the database does not answer, or does not let Circle in. Look at DATABASE_URL"
    if isinstance(problem, OSError) and problem.filename is not None:
        return f"{problem.strerror or 'this cannot be used'} ({problem.filename})"
    return None


def vars_of(counts: Any) -> dict[str, int]:
    """A result object's numbers by name."""
    return dict(counts) if isinstance(counts, dict) else {n: getattr(counts, n) for n in counts.__slots__}


def _counted(counts: Any) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(vars_of(counts).items()))


def _patch() -> None:
    from gevent import monkey

    monkey.patch_all()


@contextmanager
def _nothing_to_clear() -> Iterator[None]:
    """While modules are read nothing becomes rubbish, and looking for it takes a fifth of the time.

    What has been read stays, and is never looked through again.
    """
    gc.disable()
    try:
        yield
    finally:
        look_seldom()
        gc.enable()


def _circle_called(forgetting: Any, name: str) -> Any:
    """The one circle with this name or id, after it has been described."""
    found = forgetting.circles_called(name)
    if not found:
        raise click.ClickException("no circle has this name or id.")
    for one in found:
        click.echo(f"{one.name} ({one.id}), kept by {one.keeper}")
        click.echo(f"  people {one.people}, evenings {one.evenings}, questions of its own {one.questions}")
    if len(found) > 1:
        raise click.ClickException("several circles have this name. Say the id of the one you mean.")
    return found[0]


def _forgetting(runtime: Any) -> Any:
    from circle.services.forgetting import Forgetting

    hub = runtime.hub
    return Forgetting(hub.engine, hub.committer, hub.words, hub.clock)


def _runtime() -> Any:
    from circle.app import create_app

    return create_app(async_mode="threading").extensions["circle.runtime"]


if __name__ == "__main__":
    main()
