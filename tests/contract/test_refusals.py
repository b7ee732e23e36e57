"""Every refusal the program can give has a sentence for people."""

from __future__ import annotations

import ast
from pathlib import Path

from circle.content.loader import load_library

PACKAGE = Path(__file__).parents[2] / "circle"
KINDS = {"NotAllowed", "NotFound", "NotNow", "Invalid", "NoRoom", "TooMany"}


def codes_given() -> dict[str, str]:
    """Each code in the source with a file that gives it; those of single fields too."""
    found: dict[str, str] = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS:
                for constant in _constants(node):
                    found.setdefault(constant, file.name)
    return found


def _constants(call: ast.Call) -> list[str]:
    first = call.args[0] if call.args else None
    values = [value for arg in call.args[1:] if isinstance(arg, ast.Dict) for value in arg.values]
    nodes = [first, *values]
    return [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]


def test_every_code_has_its_sentence() -> None:
    codes = codes_given()
    assert {"stale", "not_your_turn", "wall_full", "name_taken", "minutes"} <= set(codes), "the search works"
    assert {code: file for code, file in codes.items() if code not in load_library().refusals} == {}


def test_the_answer_to_a_fault_has_its_sentence() -> None:
    assert {"our_side", "not_now"} <= set(load_library().refusals)
