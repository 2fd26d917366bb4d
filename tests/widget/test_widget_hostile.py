"""Hostile texts in the widget, from others and from its own customer: they are only texts."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.widget.conftest import Visitor
from tests.widget.fake_server import FakeServer

HOSTILE = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a xlink:href='javascript:alert(1)'><text x=20 y=20>x</text></a>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)></select>",
    "<textarea autofocus onfocus=alert(1)></textarea>",
    "</textarea><script>alert(1)</script>",
    "<marquee onstart=alert(1)>",
    "<form action=javascript:alert(1)><input type=submit></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<base href=javascript:alert(1)//>",
    "<meta http-equiv=refresh content='0;javascript:alert(1)'>",
    "<link rel=stylesheet href=data:text/css,*{background:red}>",
    "<style>*{display:none!important}</style>",
    "<style>@import 'javascript:alert(1)';</style>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "&lt;img src=x onerror=alert(1)&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\u003cscript\u003ealert(1)\u003c/script\u003e",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "javascript://example.com/%0aalert(1)",
    "https://a.example/\"onmouseover='alert(1)'",
    "[click](javascript:alert(1))",
    "{{constructor.constructor('alert(1)')()}}",
    "${alert(1)}",
    "<x contenteditable onblur=alert(1)>",
    "<slot onslotchange=alert(1)></slot>",
    "\u202egpj.exe <img src=x onerror=alert(1)>",
    "<scr\u0000ipt>alert(1)</scr\u0000ipt>",
]


@pytest.fixture
def alarmed(newcomer: Visitor) -> Iterator[Visitor]:
    """A newcomer on a page without any policy; fails if anything hostile has run by the end."""
    dialogs: list[str] = []
    newcomer.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    newcomer.page.add_init_script("window.alert = () => { window.hit = true; };")
    yield newcomer
    strange = "script, iframe, object, embed, style, link, base, meta, img:not(.picture), svg svg"
    found = newcomer.page.evaluate(
        "(strange) => document.querySelector('#frontdesk-widget').shadowRoot"
        ".querySelectorAll(strange).length",
        strange,
    )
    assert found == 0
    assert_nothing_ran(newcomer.page, dialogs)


def assert_nothing_ran(page: Page, dialogs: list[str]) -> None:
    assert dialogs == []
    assert page.evaluate("window.hit") is None


def test_hostile_texts_of_others_are_only_texts(alarmed: Visitor, server: FakeServer) -> None:
    server.answer = lambda text: []
    alarmed.visit("/host?lax").open().type("Begin")
    alarmed.online()
    for text in HOSTILE:
        card = {"title": text, "subtitle": text, "image_url": text, "buttons": [{"title": text}]}
        server.say("bot", text, elements=[card], image=text)
        server.say("agent", text, agent_name=text)
        server.say("system", text)
    server.note("owner", owner="human", agent_name=HOSTILE[2])
    server.note("typing", role="agent", on=True)
    expect(alarmed.page.locator("[data-role=system]")).to_have_count(len(HOSTILE))
    assert alarmed.texts("bot") == HOSTILE
    assert alarmed.texts("agent") == HOSTILE
    assert alarmed.page.locator("[data-role=system]").all_text_contents() == HOSTILE
    assert alarmed.page.locator(".card .title").all_text_contents() == HOSTILE
    expect(alarmed.status).to_have_text(f"{HOSTILE[2]} is with you")
    hrefs = alarmed.log.get_by_role("link").evaluate_all("(all) => all.map((a) => a.protocol)")
    assert set(hrefs) <= {"https:"}


def test_hostile_choices_are_only_texts(alarmed: Visitor, server: FakeServer) -> None:
    buttons = [{"title": text, "payload": text, "url": text} for text in HOSTILE]
    server.answer = lambda text: [{"text": "Choose", "buttons": buttons}]
    alarmed.visit("/host?lax").open().ask("Begin")
    group = alarmed.page.get_by_role("group", name="Suggested answers")
    links = [text for text in HOSTILE if text.startswith("https:")]
    assert alarmed.log.locator(".choice").all_text_contents() == links
    others = [text for text in HOSTILE if text not in links]
    assert group.locator(".choice").all_text_contents() == others
    group.get_by_role("button").nth(2).click()
    alarmed.sees("Begin", "Choose", HOSTILE[2], "Choose")


def test_hostile_texts_of_ones_own_are_only_texts(alarmed: Visitor, server: FakeServer) -> None:
    server.answer = lambda text: []
    alarmed.visit("/host?lax").open()
    typed = [text for text in HOSTILE if "\t" not in text and "\0" not in text]
    for text in typed:
        alarmed.type(text)
    expect(alarmed.page.locator("[data-state=sent]")).to_have_count(len(typed))
    assert alarmed.texts("customer") == typed
    assert server.conversation.texts() == typed


def test_hostile_pasted_markup_is_text(alarmed: Visitor, server: FakeServer) -> None:
    alarmed.visit("/host?lax").open()
    alarmed.composer.evaluate(
        """(field, html) => {
          const data = new DataTransfer();
          data.setData("text/html", html);
          data.setData("text/plain", html);
          field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
          document.execCommand("insertText", false, html);
        }""",
        HOSTILE[2],
    )
    expect(alarmed.composer).to_have_value(HOSTILE[2])


def test_hostile_settings_and_errors_are_only_texts(alarmed: Visitor, server: FakeServer) -> None:
    hostile = HOSTILE[2]
    server.settings = json.dumps(
        {"shopName": hostile, "greeting": hostile, "starters": [hostile], "accent": "red;} *{"}
    )
    server.faults.refuse_posts = [(422, hostile, {})]
    alarmed.visit("/host?lax").open()
    expect(alarmed.panel).to_have_accessible_name(f"Chat with {hostile}")
    alarmed.type("Begin")
    expect(alarmed.page.locator("[data-state=failed]")).to_contain_text("Not sent")


def test_messages_from_other_frames_are_not_listened_to(
    alarmed: Visitor, server: FakeServer
) -> None:
    alarmed.visit("/host?lax")
    alarmed.page.evaluate(
        """() => {
          const forged = [
            ["open"], { kind: "reset", everything: true }, { type: "open" }, "open",
            { kind: "session", state: { token: "stolen" } }, { command: "identify", value: "x" },
          ];
          const frame = document.createElement("iframe");
          document.body.append(frame);
          for (const note of forged) {
            window.postMessage(note, "*");
            frame.contentWindow.eval(`parent.postMessage(${JSON.stringify(note)}, "*")`);
          }
        }"""
    )
    alarmed.page.wait_for_timeout(100)
    expect(alarmed.panel).to_be_hidden()
    assert server.requests == []
