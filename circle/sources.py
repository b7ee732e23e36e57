"""Templates as they were when the process started."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from jinja2 import BaseLoader, Environment, FileSystemLoader, TemplateNotFound


class KeptTemplates(BaseLoader):
    """All templates of a folder, read at once. What changes on the disk later is not seen.

    While a server is brought up to date, the older process still answers: a page that nobody had opened
    before would come from the newer program, and ask the older one for what it does not have.
    """

    def __init__(self, folder: Path) -> None:
        files, anywhere = FileSystemLoader(folder), Environment()  # noqa: S701  # nothing is rendered by it
        self._kept = {name: files.get_source(anywhere, name)[:2] for name in files.list_templates()}

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """As Jinja asks. Raises TemplateNotFound."""
        if template not in self._kept:
            raise TemplateNotFound(template)
        return *self._kept[template], None

    def list_templates(self) -> list[str]:
        """All names."""
        return sorted(self._kept)


@cache
def kept_templates(folder: Path) -> KeptTemplates:
    """Those of this folder; a rehearsal that begins later has them of the same moment."""
    return KeptTemplates(folder)
