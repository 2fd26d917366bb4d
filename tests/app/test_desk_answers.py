"""What agents write at the desk, and what documents say, reaches the file that the host follows."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from flask import Flask

from app.build import Frontdesk, build
from app.settings import Settings
from dialogue.project import load_project
from nlu.answers.entries import ANSWERS_FILE, Entry, read_entries
from nlu.types import IntentScore, RetrievalHit, Understanding
from tests.app.conftest import DeskUser, WidgetUser
from tests.conftest import PROJECT, REPOSITORY, wait_until


def written(frontdesk: Frontdesk) -> list[Entry]:
    return list(read_entries(frontdesk.settings.models_dir / ANSWERS_FILE))


def by_the_desk(frontdesk: Frontdesk) -> list[tuple[str, str | None]]:
    return [(one.text, one.answer) for one in written(frontdesk) if "/desk-" in one.key]


def test_an_answer_is_written_changed_and_taken_out(
    database_url: str, frontdesk: Frontdesk, agent: DeskUser
) -> None:
    questions = "do you mend tents\n\n do you  mend tents \nrip in my tent"
    done = agent.post("/desk/answers/", questions=questions, text="Yes, in Hamburg.")
    assert done.status_code == 303
    assert by_the_desk(frontdesk) == [
        ("do you mend tents", "Yes, in Hamburg."),
        ("rip in my tent", "Yes, in Hamburg."),
    ]
    (answer,) = frontdesk.answers.listed()
    page = agent.get("/desk/answers/").text
    assert "rip in my tent" in page and "Anna" in page
    agent.post(f"/desk/answers/{answer.id}", questions="tent repair", text="Only <b>zips</b>.")
    assert by_the_desk(frontdesk) == [("tent repair", "Only <b>zips</b>.")]
    assert "Only &lt;b&gt;zips" in agent.get("/desk/answers/").text
    assert "tent repair" in agent.get(f"/desk/answers/{answer.id}").text
    agent.post(f"/desk/answers/{answer.id}/take-out")
    assert by_the_desk(frontdesk) == []
    assert agent.get(f"/desk/answers/{answer.id}").status_code == 404


@pytest.mark.parametrize(
    ("questions", "text", "told"),
    [
        ("", "x", "'questions' needs at least one"),
        (" \n\x00\n", "x", "'questions' needs at least one"),
        ("a" * 301, "x", "more than 300 characters"),
        ("\n".join(map(str, range(51))), "x", "at most 50 lines"),
        ("a", " ", "'text' is what the bot answers"),
        ("a", "x" * 2001, "at most 2,000"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said(
    frontdesk: Frontdesk, agent: DeskUser, questions: str, text: str, told: str
) -> None:
    answer = agent.post("/desk/answers/", questions=questions, text=text)
    assert answer.status_code == 422 and told.replace("'", "&#39;") in answer.text
    assert frontdesk.answers.listed() == []


def test_no_answer_is_lost_when_many_are_written_at_once(frontdesk: Frontdesk) -> None:
    staff = frontdesk.staff.add("zoe", "Zoe", "correct horse battery", role="agent")

    def write(number: int) -> None:
        frontdesk.answers.add(f"question {number}", "answer", staff)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(by_the_desk(frontdesk)) == 8


GREENLETS = """
from gevent import monkey; monkey.patch_all()
import sys, threading
from pathlib import Path
from app.answers import Answers
from app.clock import utc_now
from app.database import Database, migrate
from app.knowledge import Knowledge
from app.staff import StaffAccounts
url, project, models = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
migrate(url)
database = Database(url)
staff = StaffAccounts(database, utc_now).add("zoe", "Zoe", "correct horse battery", role="agent")
knowledge = Knowledge(database, project, models, "http://x.example", "faq")
answers = Answers(database, knowledge.publish, utc_now)
threads = [
    threading.Thread(target=answers.add, args=(f"question {n}", "answer", staff)) for n in range(12)
]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def test_greenlets_that_write_at_once_do_not_wait_for_ever(
    database_url: str, tmp_path: Path
) -> None:
    command = [
        sys.executable,
        "-c",
        GREENLETS,
        database_url,
        str(PROJECT),
        str(tmp_path / "models"),
    ]
    subprocess.run(command, check=True, timeout=60, cwd=REPOSITORY)
    entries = read_entries(tmp_path / "models" / ANSWERS_FILE)
    assert sum("/desk-" in entry.key for entry in entries) == 12


def test_documents_are_published_and_followed(settings: Settings, tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(PROJECT, project, ignore=shutil.ignore_patterns("documents", "test"))
    (project / "documents").mkdir()
    (project / "documents" / "care.md").write_text("# Care\n\n## Boots\n\nGrease them. Often.\n")
    (project / "documents" / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    own = settings.model_copy(update={"project": project, "public_url": "https://chat.example/"})
    frontdesk = build(own, project=load_project(project))
    frontdesk.start()
    try:
        file = own.models_dir / ANSWERS_FILE
        wait_until(file.exists, "the entries are written")
        first, second = read_entries(file)
        assert first == Entry(
            "faq/care.md#boots", "Grease them.", "Grease them.", "Care › Boots",
            "https://chat.example/documents/care.md#boots", passage=True,
        )  # fmt: skip
        assert second.text == "Often."
        (error,) = frontdesk.knowledge.broken
        assert "broken.pdf" in str(error)
        (project / "documents" / "care.md").write_text("# Care\n\nDust it.\n")
        wait_until(lambda: read_entries(file)[0].text == "Dust it.", "the change is written")
    finally:
        frontdesk.stop()


def test_a_document_is_a_page_without_anything_that_runs(web: Flask) -> None:
    page = web.test_client().get("/documents/returns-policy.md")
    assert page.status_code == 200 and '<h1 id="returns-policy">' in page.text
    assert web.test_client().get("/documents/warranty.html").status_code == 200
    pdf = web.test_client().get("/documents/care-guide.pdf")
    assert pdf.mimetype == "application/pdf"
    for name in ("domain.yml", "..%2Fdomain.yml", "nothing.md", ".env"):
        assert web.test_client().get(f"/documents/{name}").status_code == 404


def test_the_bot_says_what_was_found_with_a_link(
    frontdesk: Frontdesk, customer: WidgetUser, interpreter, monkeypatch: pytest.MonkeyPatch
) -> None:
    hit = RetrievalHit(
        "faq/care.md#boots", 0.9, "Grease them.", "Care › Boots", "https://x.example/d#b"
    )
    found = Understanding("how to care for boots", (IntentScore("faq", 0.9),), retrieval=(hit,))
    monkeypatch.setattr(interpreter, "parse", lambda text, message_id=None: found)
    (said,) = customer.say("how to care for boots")
    assert said["text"] == "Grease them."
    assert said["buttons"][0]["url"] == "https://x.example/d#b"
    assert Understanding.from_rasa(found.to_rasa()).retrieval == (hit,)
