"""The pages of a circle's own questions."""

from __future__ import annotations

import io
import re
from dataclasses import asdict, replace

import pytest

from circle.content.own_sheet import Sheet
from circle.services.circles import CircleForm
from circle.services.ownprompts import OwnPrompt
from tests.content.own_sheets import PLAIN, STIRRING, TENDER
from tests.support import ORIGIN, PASSWORD, Browser, Page
from tests.web.conftest import House


@pytest.fixture
def base(house: House) -> str:
    """Where the circle's own questions are."""
    return f"/circles/{house.circle_id}/prompts"


@pytest.fixture
def mira(house: House) -> Browser:
    """Mira's browser."""
    return house.signed_in()


def written(house: House, sheet: Sheet = PLAIN) -> OwnPrompt:
    return house.hub.own.write(house.mira, house.circle_id, asdict(sheet))


def jo(house: House) -> Browser:
    """A host of another circle."""
    other = house.hub.accounts.create("jo@example.org", "Jo", PASSWORD)
    house.hub.planning.circles.create(other, CircleForm("Sunday circle", "UTC", "GB"))
    browser = house.browser()
    browser.send(browser.open("/signin"), address="jo@example.org", password=PASSWORD)
    return browser


def bring(browser: Browser, base: str, data: bytes, name: str = "a.csv") -> Page:
    """Choose this file on the page and press the button."""
    form = browser.open(f"{base}/import").form("/import")
    return Page(
        browser.client.post(
            form.action,
            data=form.fields | {"file": (io.BytesIO(data), name)},
            content_type="multipart/form-data",
            base_url=ORIGIN,
            headers={"Sec-Fetch-Site": "same-origin"},
        )
    )


# -- whose pages they are -----------------------------------------------------------------------------
def test_they_are_for_the_circles_hosts(house: House, base: str) -> None:
    own = written(house)
    gets = ["", "/new", "/import", "/export.csv", "/export.toml", f"/{own.id}", f"/{own.id}/translate/de"]
    posts = ["/new", "/import", "/import/take", f"/{own.id}", f"/{own.id}/delete", f"/{own.id}/translate/de"]
    stranger = jo(house)
    token = {"csrf_token": stranger.open("/tonight").forms[0].fields["csrf_token"]}
    for path in gets:
        assert house.browser().open(base + path, follow=False).status == 303, path
        assert stranger.open(base + path).status == 404, path
    for path in posts:
        page = stranger.post(base + path, token | asdict(STIRRING))
        assert page.status in (404, 422), path
        assert own.sheet.text not in page.text
    assert house.hub.own.all(house.mira, house.circle_id) == (own,)


def test_a_question_of_another_circle_is_not_found_in_ones_own(house: House) -> None:
    own, stranger = written(house), jo(house)
    sunday = house.hub.planning.circles.of(house.hub.accounts.sign_in("jo@example.org", PASSWORD).user_id)[0]
    for path in (f"/{own.id}", f"/{own.id}/translate/de"):
        assert stranger.open(f"/circles/{sunday.id}/prompts{path}").status == 404


def test_every_change_needs_its_token(mira: Browser, base: str, house: House) -> None:
    own = written(house)
    for path in (
        "/new",
        "/import",
        "/import/take",
        f"/{own.id}",
        f"/{own.id}/delete",
        f"/{own.id}/translate/de",
    ):
        assert mira.post(base + path, asdict(STIRRING)).status == 400, path


# -- writing ------------------------------------------------------------------------------------------
def test_from_nothing_to_a_kept_question(mira: Browser, base: str) -> None:
    assert "No question of your own yet." in mira.open(base).text
    page = mira.send(
        mira.open(f"{base}/new"), "/new", title="A door", text="Which door did you pass?", depth="2"
    )
    assert (page.status, page.path.startswith(f"{base}/own-")) == (200, True)
    assert "Kept." in page.text
    assert "Worth another look" not in page.text
    listed = mira.open(base)
    assert "Which door did you pass?" in listed.text
    assert "Reflection, light, about 8 minutes." in listed.text


def test_what_would_harm_comes_back_with_every_word(mira: Browser, base: str, house: House) -> None:
    page = mira.send(
        mira.open(f"{base}/new"),
        "/new",
        title="A loss",
        text="Whom do you miss?",
        depth="3",
        note="Slowly.",
        minutes="x",
    )
    assert page.status == 422
    form = page.form("/new").fields
    assert (form["title"], form["text"], form["note"], form["minutes"]) == (
        "A loss",
        "Whom do you miss?",
        "Slowly.",
        "x",
    )
    assert "Anything from one to sixty minutes fits here." in page.text
    page = mira.send(page, "/new", minutes="9")
    assert page.status == 422
    assert "Write a softer way in, or make the question quieter." in page.text
    assert 'href="#gentle"' in page.html
    assert house.hub.own.all(house.mira, house.circle_id) == ()
    page = mira.send(page, "/new", gentle="Whom do you like to think of?", grounding="GR-01")
    assert page.status == 200
    assert len(house.hub.own.all(house.mira, house.circle_id)) == 1


def test_wording_is_kept_and_advised_on(mira: Browser, base: str) -> None:
    page = mira.send(mira.open(f"{base}/new"), "/new", title="A door", text="What should you do?", depth="1")
    assert "There is something to look at below." in page.text
    assert page.text.count("Members may stumble over “should”.") == 2, "above the form, and beside the field"


def test_a_tender_one_says_that_it_is_a_draft(mira: Browser, base: str, house: House) -> None:
    own = written(house, TENDER)
    assert "A draft: nobody has reviewed it yet." in mira.open(base).text
    assert "stays a draft" in mira.open(f"{base}/{own.id}").text


def test_ways_keep_their_order(mira: Browser, base: str, house: House) -> None:
    own = written(house, replace(PLAIN, ways="spoken_round, chat_word"))
    page = mira.open(f"{base}/{own.id}")
    assert re.findall(r'name="ways" value="(\w+)" checked', page.html) == ["spoken_round", "chat_word"]


def test_one_of_the_library_is_made_ours(mira: Browser, base: str, house: House) -> None:
    for prompt_id, record in house.hub.library.prompts.items():
        page = mira.open(f"{base}/new?from={prompt_id}")
        assert page.form("/new").fields["text"].strip() == record.text
    page = mira.open("/library/GF-07")
    assert f"{base}/new?from=GF-07" in page.html
    page = mira.send(mira.open(f"{base}/new?from=GF-07"), "/new", title="Ours")
    (own,) = house.hub.own.all(house.mira, house.circle_id)
    assert own.prompt.adapted_from == "GF-07"
    assert own.prompt.lines == house.hub.library.prompts["GF-07"].lines
    assert "/library/GF-07" in page.html


def test_another_host_was_quicker(mira: Browser, base: str, house: House) -> None:
    own = written(house)
    page = mira.open(f"{base}/{own.id}")
    theirs = replace(PLAIN, text="Theirs?", note="Both of us host.")
    house.hub.own.change(house.mira, house.circle_id, own.id, 1, asdict(theirs))
    page = mira.send(page, own.id, text="Mine?")
    assert page.status == 409
    assert "Another host changed this meanwhile" in page.text
    assert "Theirs?" in page.text
    assert "Both of us host." in page.text
    assert page.form(own.id).fields["text"].strip() == "Mine?"
    page = mira.send(page, own.id)
    assert page.status == 200
    assert house.hub.own.get(house.mira, house.circle_id, own.id).sheet.text == "Mine?"


def test_words_outlive_a_question_that_is_gone(mira: Browser, base: str, house: House) -> None:
    own = written(house)
    page = mira.open(f"{base}/{own.id}")
    house.hub.own.delete(house.mira, house.circle_id, own.id, 1)
    page = mira.send(page, own.id, text="Mine?")
    assert page.status == 404
    assert "Another host deleted this question meanwhile." in page.text
    page = mira.send(page, "/new")
    assert page.status == 200
    assert [one.sheet.text for one in house.hub.own.all(house.mira, house.circle_id)] == ["Mine?"]


def test_deleting(mira: Browser, base: str, house: House) -> None:
    own = written(house)
    page = mira.open(f"{base}/{own.id}")
    house.hub.own.change(house.mira, house.circle_id, own.id, 1, asdict(STIRRING))
    page = mira.send(page, "/delete")
    assert (page.status, "changed this meanwhile" in page.text) == (409, True)
    page = mira.send(page, "/delete")
    assert (page.path, "Deleted." in page.text) == (base, True)
    assert house.hub.own.all(house.mira, house.circle_id) == ()


def test_what_people_write_stays_text(mira: Browser, base: str) -> None:
    evil = "<script>alert(1)</script>"
    page = mira.send(mira.open(f"{base}/new"), "/new", title=evil, text=evil, depth="1", language='"><b>')
    assert evil not in page.html
    page = mira.send(page, "/new", language="en")
    assert page.status == 200
    for path in (page.path, base, "/library?whose=own"):
        assert evil not in mira.open(path).html


# -- translating --------------------------------------------------------------------------------------
def test_a_question_is_translated(mira: Browser, base: str, house: House) -> None:
    own = written(house, STIRRING)
    page = mira.open(f"{base}/{own.id}/translate?lang=DE")
    assert page.path == f"{base}/{own.id}/translate/de"
    for original in (STIRRING.title, STIRRING.text, STIRRING.gentle):
        assert original in page.text
    page = mira.send(page, "/de", title="Eine Tür")
    assert page.status == 422
    page = mira.send(page, "/de", text="Du musst: welche Tür?")
    assert (page.status, "Kept." in page.text) == (200, True)
    assert "stumble" not in page.text, "English rules are for English"
    assert "In English, Deutsch." in mira.open(base).text
    house.hub.own.change(house.mira, house.circle_id, own.id, 1, asdict(replace(STIRRING, text="New?")))
    assert "The question has changed since" in mira.open(page.path).text
    assert "The question has changed since." in mira.open(f"{base}/{own.id}").text
    page = mira.post(page.path, page.form("/de").fields | {"do": "delete"})
    assert "The words in Deutsch are deleted." in page.text
    assert house.hub.own.get(house.mira, house.circle_id, own.id).translations == {}


def test_two_hosts_translate(mira: Browser, base: str, house: House) -> None:
    own = written(house)
    page = mira.open(f"{base}/{own.id}/translate/de")
    words = {"title": "Tür", "text": "Ihre?"}
    house.hub.own.translate(house.mira, house.circle_id, own.id, "de", 0, words)
    page = mira.send(page, "/de", title="Tür", text="Meine?")
    assert page.status == 409
    assert "Ihre?" in page.text
    assert page.form("/de").fields["text"].strip() == "Meine?"
    assert mira.send(page, "/de").status == 200


@pytest.mark.parametrize("lang", ["xx", "en", "", "<b>"])
def test_a_language_that_is_none(mira: Browser, base: str, house: House, lang: str) -> None:
    own = written(house)
    page = mira.open(f"{base}/{own.id}/translate?lang={lang}")
    assert page.status == 422
    assert "<b>" not in page.html
    if lang in ("xx", "en"):
        assert mira.open(f"{base}/{own.id}/translate/{lang}").status == 404


# -- files --------------------------------------------------------------------------------------------
def test_saved_files_come_back(mira: Browser, base: str, house: House) -> None:
    written(house, STIRRING)
    for ending, kind in (("csv", "text/csv"), ("toml", "application/toml")):
        saved = mira.open(f"{base}/export.{ending}").response
        assert saved.headers["Content-Disposition"] == f'attachment; filename="own-questions.{ending}"'
        assert saved.content_type == f"{kind}; charset=utf-8"
        assert saved.headers["Cache-Control"] == "no-store"
        page = bring(
            mira, base, mira.open(f"{base}/export.{ending}").html.encode(), f"own-questions.{ending}"
        )
        assert (page.status, "Everything in it is here already" in page.text) == (200, True)


def test_each_line_is_answered_and_the_good_ones_can_be_taken(mira: Browser, base: str, house: House) -> None:
    data = "title,text,depth,minutes,theme\nTür,Which – “door”?,1,8,\nB,What?,2,99,work\n".encode()
    page = bring(mira, base, data)
    assert page.status == 422
    assert "Nothing has been taken yet" in page.text
    assert "Line 3, minutes: Anything from one to sixty minutes fits here." in page.text
    assert "Line 3, theme: One of these fits here: grief, outgrowing, security, shared." in page.text
    assert house.hub.own.all(house.mira, house.circle_id) == ()
    page = mira.send(page, "/take")
    assert (page.status, "1 taken" in page.text, "1 left out." in page.text) == (200, True, True)
    assert [one.sheet.text for one in house.hub.own.all(house.mira, house.circle_id)] == ["Which – “door”?"]


def test_files_that_are_none(mira: Browser, base: str) -> None:
    page = mira.send(mira.open(f"{base}/import"), "/import")
    assert (page.status, "Choose a file first." in page.text) == (422, True)
    page = bring(mira, base, "title,text,depth\nTür,Tür?,1".encode("cp1252"))
    assert (page.status, "not saved as UTF-8" in page.text) == (422, True)
    assert "/import/take" not in page.html, "there is nothing good in it"
    page = bring(mira, base, b"x" * (300 * 1024))
    assert (page.status, "larger than 256 KiB" in page.text) == (422, True)
    assert mira.send(mira.open(f"{base}/import"), "/import", more="x" * (700 * 1024)).status == 413


def test_a_large_file_goes_both_ways(mira: Browser, base: str, house: House) -> None:
    """Nearly 256 KiB, in letters of several bytes, with one slip: the page brings all of it along."""
    note = "ü" * 600
    rows = "".join(f'Q{at},"Which {at}?",1,"{note}"\r\n' for at in range(199))
    data = f"title,text,depth,note\r\n{rows}Bad,,1,\r\n".encode()
    assert 230_000 < len(data) < 256 * 1024
    page = mira.send(bring(mira, base, data), "/take")
    assert page.status == 413, "a form that is not multipart may not be that large"
    taken = bring(mira, base, data)
    form = taken.form("/take")
    assert 'enctype="multipart/form-data" action="' + form.action in taken.html
    answer = mira.client.post(
        form.action,
        data=form.fields,
        content_type="multipart/form-data",
        base_url=ORIGIN,
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 200
    assert len(house.hub.own.all(house.mira, house.circle_id)) == 199


def test_other_pages_take_no_more_than_before(mira: Browser, base: str) -> None:
    page = mira.open(f"{base}/new")
    assert mira.send(page, "/new", note="x" * 70_000).status == 413


# -- around -------------------------------------------------------------------------------------------
def test_the_library_finds_them_and_says_whose_they_are(mira: Browser, base: str, house: House) -> None:
    own = written(house, replace(PLAIN, title="Borrowed coat"))
    path = f"{base}/{own.id}"
    for query, there in (
        ("", True),
        ("?whose=own", True),
        ("?whose=library", False),
        ("?words=borrowed", True),
    ):
        page = mira.open(f"/library{query}")
        assert (path in page.html) is there, query
    assert "Thursday circle: Reflection, quiet" in mira.open("/library?whose=own").text
    assert "/library/GF-01" not in mira.open("/library?whose=own").html
    assert base in mira.open("/library").html
    assert base in mira.open(f"/circle/{house.circle_id}").html
    assert path not in jo(house).open("/library").html


def test_no_guest_and_no_frame_learns_of_them(house: House, base: str, come_in: object) -> None:
    own = written(house, replace(PLAIN, title="Borrowed coat", note="A secret for hosts"))
    guest = come_in("Rowan")  # type: ignore[operator]
    for path in (base, f"{base}/{own.id}", f"{base}/export.csv", "/library?whose=own"):
        page = guest.open(path, follow=False)
        assert page.status == 303
        assert "Borrowed" not in page.html
