"""Of a word that is too long only its beginning is read, and all else as before."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from nlu.encoder import load_pretrained
from nlu.engine import Engine
from nlu.long_words import LONGEST, shortened
from nlu.tokens import encodings, prepared_tokenizer


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return load_pretrained().tokenizer


@settings(deadline=None)
@given(words=st.lists(st.text(max_size=LONGEST), max_size=12))
@example(words=["a" * LONGEST, "-" * LONGEST])
def test_without_such_words_a_text_is_read_as_it_stands(
    tokenizer: Tokenizer, words: list[str]
) -> None:
    text = " ".join(words)
    assert shortened(text) == text
    (found,) = encodings(tokenizer, [text])
    plain = tokenizer.encode(text.encode("utf-8", "replace").decode())
    assert (found.ids, found.offsets) == (plain.ids, plain.offsets)


@pytest.mark.parametrize(
    "text",
    [
        "我上周买的那条深绿色围巾到现在都没有送到请帮我查一下订单到底走到哪里了还要等多久才能收到呢谢谢",
        "ฉันต้องการคืนสินค้าที่ซื้อเมื่อสัปดาห์ที่แล้วเพราะขนาดไม่พอดี",
        "where...is...my...order...it...should...be...here",
        "https://larkspur.example/orders/1042?from=mail&campaign=spring",
    ],
)
def test_a_sentence_without_spaces_is_no_long_word(text: str) -> None:
    assert shortened(text) == text


@settings(deadline=None)
@given(text=st.text(st.characters(codec=None) | st.sampled_from("aB3-. "), max_size=600))
def test_every_letter_that_is_read_keeps_its_place(text: str) -> None:
    short = shortened(text)
    assert len(short) == len(text)
    assert all(a in (b, " ") for a, b in zip(short, text, strict=True))
    assert shortened(short) == short


@pytest.mark.parametrize("word", ["A" * 3_900, "x7!" * 1_300, "AB-" * 1_300, "a" * 60])
def test_what_follows_an_endless_word_is_read(tokenizer: Tokenizer, word: str) -> None:
    text = f"{word} is refused"
    (found,) = encodings(prepared_tokenizer(tokenizer.to_str().encode()), [text])
    assert [text[start:end] for start, end in found.offsets[-3:-1]] == ["is", "refused"]


@pytest.mark.parametrize("word", ["A" * 3_900, "a" * 60])
def test_what_follows_an_endless_word_is_understood(engine: Engine, word: str) -> None:
    text = f"{word} where is my order 1042 please"
    meaning = engine.parse(text)
    assert meaning.intent is not None and meaning.intent.name == "order_status"
    numbers = [one for one in meaning.entities if one.name == "order_number"]
    assert [text[one.start : one.end] for one in numbers] == ["1042"]
