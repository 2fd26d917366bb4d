"""The same vectors from every backend, whatever is encoded together; and the choice among them."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu import backend as backends
from nlu import bundle as files
from nlu.backend import load_backend, load_embedder
from nlu.bundle import Bundle, open_bundle, write_bundle
from nlu.encoder import load_pretrained
from nlu.engine import Engine
from nlu.errors import ModelRefused
from nlu.head import normalised
from nlu.onnx_backend import OnnxBackend
from nlu.runtime import Runtime
from nlu.tokens import RUN_COSTS, fewest_runs, least_padded, tokenized
from nlu.vectors import Vectors
from tests.conftest import REPOSITORY
from training import export

TEXTS = ["hello", "where is my order 1042?", "x " * 300, "I would like it sent back, please " * 6]


@pytest.fixture(scope="session")
def exports() -> dict[str, bytes]:
    """The pretrained encoder, exported."""
    whole = export._onnx(load_pretrained().encoder)
    small = export._int8(whole)
    return {files.ONNX: whole, files.ONNX_INT8: small, files.EMBEDDER_ONNX: small}


@pytest.fixture(scope="session")
def exported(tiny_folder: Path, tiny_version: str, exports: dict[str, bytes]) -> Bundle:
    """The tiny model as if its encoder were the pretrained one, with the exports of that."""
    bundle = open_bundle(tiny_folder / "models" / tiny_version)
    return replace(bundle, contents={**bundle.contents, **exports})


@given(
    st.lists(st.integers(1, 300), max_size=60), st.integers(1, 16), st.sampled_from([64, 300, 1024])
)
def test_groups_hold_each_row_once_and_keep_their_bounds(
    lengths: list[int], most_rows: int, most_tokens: int
) -> None:
    groups = least_padded(lengths, most_rows, most_tokens)
    few = fewest_runs(lengths, most_rows, most_tokens)
    for some in (groups, few):
        assert sorted(row for group in some for row in group) == list(range(len(lengths)))
        for group in some:
            assert len(group) <= most_rows
            assert len(group) == 1 or len(group) * max(lengths[row] for row in group) <= most_tokens
    assert len(few) <= len(groups)
    costs = sum(RUN_COSTS + len(g) * max(lengths[row] for row in g) for g in groups)
    assert costs <= sum(RUN_COSTS + length for length in lengths), "never dearer than one by one"


def test_every_backend_gives_the_vectors_of_the_encoder(exports: dict[str, bytes]) -> None:
    pretrained = load_pretrained()
    rows = tokenized(pretrained.tokenizer, TEXTS)
    torch_says = np.concatenate([_alone(pretrained.encoder, row) for row in rows])
    whole = OnnxBackend("onnx", exports[files.ONNX], 2).encoded(rows)
    np.testing.assert_allclose(whole, torch_says, atol=1e-4)
    small = OnnxBackend("onnx-int8", exports[files.ONNX_INT8], 2).encoded(rows)
    cosines = (normalised(small) * normalised(torch_says)).sum(axis=1)
    assert cosines.min() > 0.97
    assert len(exports[files.ONNX_INT8]) < len(exports[files.ONNX]) / 3


def _alone(encoder, row: Sequence[int]) -> Vectors:
    import torch

    with torch.inference_mode():
        ids = torch.tensor([list(row)])
        return encoder.eval()(ids, torch.ones_like(ids)).numpy()


def test_the_embedder_is_the_pretrained_encoder(exported: Bundle, tiny_folder: Path) -> None:
    pretrained = load_pretrained()
    rows = tokenized(pretrained.tokenizer, TEXTS)
    published = normalised(np.concatenate([_alone(pretrained.encoder, row) for row in rows]))
    unexported = open_bundle(next((tiny_folder / "models").glob("2*")))
    for bundle, name in ((exported, "onnx-int8"), (unexported, "torch")):
        embedder = load_embedder(bundle, Runtime("cpu"))
        assert embedder is not None and embedder.name == name
        cosines = (normalised(embedder.encoded(rows)) * published).sum(axis=1)
        assert cosines.min() > 0.97


def test_torch_in_both_precisions_agrees_with_itself(exported: Bundle) -> None:
    rows = tokenized(load_pretrained().tokenizer, TEXTS)
    whole = load_backend(exported, Runtime("cpu", "torch")).encoded(rows)
    half = load_backend(exported, Runtime("cpu", "torch-bf16")).encoded(rows)
    assert (normalised(whole) * normalised(half)).sum(axis=1).min() > 0.99


def test_the_fastest_of_the_exports_serves_and_is_named(
    exported: Bundle, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rates = {"onnx-int8": 10.0, "onnx": 20.0}
    monkeypatch.setattr(backends, "_texts_per_second", lambda backend: rates[backend.name])
    with caplog.at_level(logging.INFO):
        assert load_backend(exported, Runtime("cpu")).name == "onnx"
    assert "onnx-int8 10, onnx 20; onnx serves" in caplog.text
    rates["onnx-int8"] = 30.0
    assert Engine(exported, Runtime("cpu")).backend.name == "onnx-int8"


def test_int8_that_encodes_otherwise_here_does_not_serve(
    exported: Bundle, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(
        backends, "_texts_per_second", lambda backend: float("int8" in backend.name)
    )
    monkeypatch.setattr(backends, "ALIKE", 1.1)  # no processor is so exact
    assert load_backend(exported, Runtime("cpu")).name == "onnx"
    assert "onnx-int8 encodes otherwise on this processor" in caplog.text


def test_a_card_that_pytorch_cannot_use_does_not_decide(
    exported: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backends, "has_gpu", lambda: True)
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    assert load_backend(exported, Runtime("auto")).name.startswith("onnx")


def test_a_backend_that_was_not_exported_is_refused(tiny_folder: Path, tiny_version: str) -> None:
    bundle = open_bundle(tiny_folder / "models" / tiny_version)
    with pytest.raises(ModelRefused, match="was not exported for onnx-int8"):
        load_backend(bundle, Runtime("cpu", "onnx-int8"))


def test_a_host_of_an_exported_model_loads_no_torch(exported: Bundle, tmp_path: Path) -> None:
    made = exported.manifest
    version = write_bundle(
        tmp_path,
        exported.contents,
        created_at=datetime(2026, 11, 25, tzinfo=UTC),
        data_version=made.data_version,
        code_version=made.code_version,
        encoder=made.encoder,
        metrics={},
    ).version
    asked = (
        "import sys; from pathlib import Path; import nlu.host; from nlu.engine import load_engine;"
        "from nlu.runtime import Runtime;"
        "meaning = load_engine(Path(sys.argv[1]), Runtime('cpu')).parse('where is my order');"
        "print(meaning.intent is not None, 'torch' in sys.modules)"
    )
    command = [sys.executable, "-c", asked, str(tmp_path / version)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=REPOSITORY)
    assert done.stdout.split() == ["True", "False"]
