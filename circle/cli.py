"""The command line: `circle run | worker | migrate | purge | account | check-content`.

Nothing heavy is imported before a command runs: `circle run` and `circle worker` patch the standard
library for gevent first.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click


@click.group()
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
    from circle.server import serve

    sys.exit(serve(lan=lan, plain=plain))


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
    click.echo(", ".join(f"{name} {count}" for name, count in sorted(vars_of(counts).items())))


@main.command()
@click.argument("address")
@click.argument("name")
@click.password_option()
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


def vars_of(counts: Any) -> dict[str, int]:
    """A result object's numbers by name."""
    return dict(counts) if isinstance(counts, dict) else {n: getattr(counts, n) for n in counts.__slots__}


def _patch() -> None:
    from gevent import monkey

    monkey.patch_all()


def _runtime() -> Any:
    from circle.app import create_app

    return create_app(async_mode="threading").extensions["circle.runtime"]


if __name__ == "__main__":
    main()
