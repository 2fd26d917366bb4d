"""Any text-classification file, through the commands: train, evaluate, parse, serve, go on."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from click.testing import Result
from typer.testing import CliRunner

from app.cli import app, main
from tests.conftest import free_port, wait_until

FEELINGS = {
    "glad": ["I love it", "wonderful shop", "great service", "so happy", "thank you, it is lovely",
             "best purchase ever", "I am delighted", "really good", "works perfectly", "superb"],
    "cross": ["I hate it", "awful shop", "terrible service", "so angry", "this is a disgrace",
              "worst purchase ever", "I am furious", "really bad", "broken again", "dreadful"],
}  # fmt: skip
UNLABELLED = ["I am so happy with it", "what a wonderful thing", "so angry, it is broken", "awful"]
TEST = [("I am so delighted", "glad"), ("this is awful", "cross")]
QUICK = "epochs=2 batch_size=8 frozen=4"


def write_csv(file: Path, rows: list[tuple[str, str]]) -> Path:
    with file.open("w", newline="") as out:
        csv.writer(out).writerows([("text", "label"), *rows])
    return file


def frontdesk(home: Path, *arguments: str) -> Result:
    """Run a command in this process."""
    environment = {"FRONTDESK_HOME": str(home), "FRONTDESK_RECIPE": QUICK}
    return CliRunner().invoke(app, arguments, env=environment)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("feelings")
    write_csv(made / "train.csv", [(t, label) for label, ts in FEELINGS.items() for t in ts])
    write_csv(made / "test.csv", TEST)
    (made / "unlabelled.txt").write_text("\n".join([*UNLABELLED, "", "superb", UNLABELLED[0]]))
    return made


@pytest.fixture(scope="module")
def trained(folder: Path) -> dict:
    arguments = ["--task", f"{folder}/train.csv", "--out", f"{folder}/models", "--json"]
    arguments += ["--test", f"{folder}/test.csv", "--unlabelled", f"{folder}/unlabelled.txt"]
    done = frontdesk(folder / "home", "train", *arguments)
    assert done.exit_code == 0, done.stderr
    assert "fine-tuning" in done.stderr and "time: " in done.stderr
    return json.loads(done.stdout)


def test_it_is_trained_judged_and_asked(folder: Path, trained: dict) -> None:
    assert trained["promoted"] and trained["intents"] == 2 and "accuracy" in trained
    assert trained["unlabelled"] == 4, "each once, and none that is labelled"
    sizes = {name: figures["bytes"] for name, figures in trained["exports"].items()}
    assert sizes["encoder.int8.onnx"] < sizes["encoder.onnx"] / 3
    for model in (trained["path"], f"{folder}/models"):
        done = frontdesk(folder, "parse", "what a great shop", "--model", model, "--json")
        assert json.loads(done.stdout)["intent"]["name"] == "glad"
    arguments = ["--model", f"{folder}/models", "--task", f"{folder}/test.csv"]
    done = frontdesk(folder, "evaluate", *arguments, "--out", f"{folder}/report", "--json")
    data = json.loads(done.stdout)
    assert data["accuracy"] == trained["accuracy"] and 0 <= data["ece"] <= 1
    assert Path(data["report"]).is_file()
    assert not (folder / ".frontdesk").exists(), "no project and no database is needed"


def test_a_stream_is_labelled_and_drawn(folder: Path, trained: dict) -> None:
    asked = folder / "asked.jsonl"
    asked.write_text('{"text": "what a great shop", "id": 1}\nbroken\n{"text": "awful shop"}\n')
    arguments = [str(asked), "--model", f"{folder}/models", "--chart", f"{folder}/chart.html"]
    done = frontdesk(folder, "classify", *arguments)
    assert done.exit_code == 1, "a line was left out"
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["label"], row.get("id")) for row in rows] == [("glad", 1), ("cross", None)]
    assert all(0 <= row["confidence"] <= 1 and row["time"] for row in rows)
    assert f"{asked}:2: not JSON" in done.stderr and "1 line left out" in done.stderr
    assert (folder / "chart.html").read_text().startswith("<!doctype html>")
    assert frontdesk(folder, "classify", *arguments[:3], "--chart", "x.gif").exit_code == 1


@pytest.mark.parametrize("which", ["registry", "model"])
def test_the_host_serves_it(folder: Path, trained: dict, which: str) -> None:
    port = free_port()
    model = trained["path"] if which == "model" else f"{folder}/models"
    command = [sys.executable, "-m", "app.cli", "nlu", "--model", model, "--port", str(port)]
    host = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"

        def answers() -> bool:
            try:
                return httpx.get(f"{url}/healthz").status_code == 200
            except httpx.TransportError:
                return False

        wait_until(answers, "the host serves", 60)
        assert httpx.get(f"{url}/healthz").json()["backend"].startswith("onnx")
        answer = httpx.post(f"{url}/model/parse", json={"text": "awful"}).json()
        assert answer["intent"]["name"] == "cross"
    finally:
        host.terminate()
        host.wait(20)


def test_it_goes_on_with_new_data_and_says_what_became_of_the_old(
    folder: Path, trained: dict
) -> None:
    new = write_csv(folder / "new.csv", [(f"it is number {n}", "dull") for n in range(8)])
    arguments = ["--task", str(new), "--from", trained["path"], "--replay", "1.0"]
    arguments += ["--test", f"{folder}/test.csv", "--out", f"{folder}/later", "--json"]
    arguments += ["--no-export"]
    done = frontdesk(folder, "train", *arguments)
    assert done.exit_code == 0, done.stderr
    later = json.loads(done.stdout)
    assert later["continued_from"] == trained["version"] and later["intents"] == 3
    assert later["accuracy_before"] == trained["accuracy"]
    assert later["accuracy"] == trained["accuracy"], "nothing was forgotten"
    assert not later["exports"]


Mistaken = Callable[..., str]


@pytest.fixture
def mistaken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Mistaken:
    """Give a command that cannot succeed, in this process; returns what it said last."""

    def give(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["frontdesk", *arguments])
        monkeypatch.setenv("FRONTDESK_HOME", str(tmp_path / "home"))
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code in (1, 2)
        said = capsys.readouterr()
        assert said.out == "" and "Traceback" not in said.err
        return said.err

    return give


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("text,intent\n", "no example"),
        ("text,intent\nhello,greet\n", "Two intents are needed"),
        ("text,intent\n" + "hello there,greet\n" * 9, "Two intents are needed"),
        ("txt,intent\nhello,greet\n", "there is no column 'text'"),
    ],
)
def test_too_little_is_one_clear_line(
    tmp_path: Path, mistaken: Mistaken, content: str, words: str
) -> None:
    (tmp_path / "a.csv").write_text(content)
    said = mistaken("train", "--task", f"{tmp_path}/a.csv", "--out", f"{tmp_path}/m")
    assert words in said.splitlines()[-1]
    assert not list(tmp_path.glob("m/*/manifest.json"))


def test_other_mistakes_are_one_clear_line(
    tmp_path: Path, mistaken: Mistaken, trained: dict
) -> None:
    strange = write_csv(tmp_path / "strange.csv", [("hello", "gladd")])
    for arguments, words in (
        (["evaluate", "--model", trained["path"], "--task", str(strange)], "'glad'?"),
        (["evaluate", "--model", f"{tmp_path}/none"], "There is no model"),
        (["parse", "x", "--model", str(tmp_path)], "There is no model"),
        (["train", "--set", "epoch=2"], "did you mean 'epochs'"),
        (["train", "--test", "x.csv"], "belong to --task"),
        (["benchmark", "banking", "--data", str(tmp_path)], "no benchmark 'banking'"),
    ):
        assert words in mistaken(*arguments)


def test_a_wrong_encoder_is_one_clear_line(
    folder: Path, tmp_path: Path, mistaken: Mistaken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRONTDESK_ENCODER", str(tmp_path / "nowhere"))
    said = mistaken("train", "--task", f"{folder}/train.csv", "--out", f"{tmp_path}/m")
    assert "cannot be loaded" in said.splitlines()[-1]
    assert not list(tmp_path.glob("m/*/manifest.json"))


def test_a_full_disk_leaves_no_model(folder: Path, tmp_path: Path) -> None:
    # A limit on the size of files is as near to a full disk as a test without root comes.
    full = subprocess.run(
        ["bash", "-c", 'ulimit -f 30000; exec "$0" "$@"', sys.executable, "-m", "app.cli",
         "train", "--task", f"{folder}/train.csv", "--out", str(tmp_path / "m")],
        env={**os.environ, "FRONTDESK_RECIPE": QUICK, "FRONTDESK_HOME": str(tmp_path)},
        capture_output=True, text=True, timeout=170, check=False,
    )  # fmt: skip
    assert full.returncode == 1, full.stderr
    assert "File too large" in full.stderr.splitlines()[-1]
    assert not list(tmp_path.glob("m/*/manifest.json"))
    assert not (tmp_path / "m" / "serving.json").exists()
