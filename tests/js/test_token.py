"""The browser's side of blind signatures and tokens, against the published vectors, in real Chromium."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from circle.tokens.blindrsa import PrivateKey
from circle.tokens.rounds import Issuer, challenge_of
from tests.js.conftest import Run

pytestmark = pytest.mark.browser

VECTORS = Path(__file__).parent.parent / "vectors"
RFC_9474 = json.loads((VECTORS / "rfc9474.json").read_text())
RFC_9578 = json.loads((VECTORS / "rfc9578_type2_go.json").read_text())
BLIND = """
const key = { n: BigInt(a.n), e: BigInt(a.e) };
let r = 0n;
{ // inv^-1 mod n, for the vectors alone
  let [x, y, u, v] = [key.n, BigInt(a.inv), 0n, 1n];
  while (y > 0n) { const q = x / y; [x, y] = [y, x - q * y]; [u, v] = [v, u - q * v]; }
  r = u < 0n ? u + key.n : u;
}
const blinding = await m.blind(key, m.fromHex(a.input_msg), m.fromHex(a.salt), r);
const signature = m.finalize(key, blinding, m.fromHex(a.blind_sig));
const turned = m.fromHex(a.blind_sig);
turned[turned.length - 1] ^= 1;
let refused = false;
try { m.finalize(key, blinding, turned); } catch { refused = true; }
return [m.toHex(blinding.blinded), m.toHex(signature), refused];
"""
TOKEN = """
const { fromHex, toHex } = await import('/static/js/quiet/blindrsa.js');
const key = await m.readKey(fromHex(a.pkS));
const asked = await m.askForToken(
  key, fromHex(a.token_challenge), fromHex(a.nonce), fromHex(a.salt), BigInt('0x' + a.blind));
return [toHex(asked.request), toHex(asked.finish(fromHex(a.token_response)))];
"""
ASK = """
const { fromHex, toHex } = await import('/static/js/quiet/blindrsa.js');
const key = await m.readKey(fromHex(a.key));
window.asked = await m.askForToken(key, await m.challengeOf('meeting', 'round'));
return toHex(window.asked.request);
"""
FINISH = """
const { fromHex, toHex } = await import('/static/js/quiet/blindrsa.js');
return toHex(window.asked.finish(fromHex(a)));
"""


def _plain(vector: dict[str, Any]) -> dict[str, Any]:
    return {key: value.removeprefix("0x") if key in _HEX else value for key, value in vector.items()}


_HEX = ("input_msg", "salt", "blind_sig")


@pytest.mark.parametrize("vector", RFC_9474, ids=lambda v: v["name"])
def test_the_vectors_of_rfc_9474(run: Run, vector: dict[str, Any]) -> None:
    blinded, signature, refused = run("quiet/blindrsa.js", BLIND, _plain(vector))
    assert blinded == vector["blinded_msg"].removeprefix("0x")
    assert signature == vector["sig"].removeprefix("0x")
    assert refused


@pytest.mark.parametrize("vector", RFC_9578, ids=lambda v: v["nonce"][:8])
def test_the_vectors_of_rfc_9578(run: Run, vector: dict[str, str]) -> None:
    assert run("quiet/token.js", TOKEN, vector) == [vector["token_request"], vector["token"]]


def test_a_token_made_here_is_taken_by_the_server(run: Run) -> None:
    issuer = Issuer(challenge_of("meeting", "round"), PrivateKey.generate())
    request = bytes.fromhex(run("quiet/token.js", ASK, {"key": issuer.encoded_key.hex()}))
    token = bytes.fromhex(run("quiet/token.js", FINISH, issuer.issue(request).hex()))
    assert issuer.accepts(token)


@pytest.mark.parametrize("wrong", ["", "30", "3003020100", "05" * 300, "3082ffff" + "00" * 40])
def test_what_is_no_key_is_refused(run: Run, wrong: str) -> None:
    body = """
    const { fromHex } = await import('/static/js/quiet/blindrsa.js');
    try { await m.readKey(fromHex(a)); } catch (error) { return error.message; }
    return 'taken';
    """
    assert run("quiet/token.js", body, wrong) == "not a key"
