"""Photographs that customers send: made harmless, kept, shown to two, gone with their chat."""

from __future__ import annotations

import io
import os
import random
import stat
import uuid
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin
from sqlalchemy import delete, select

from app.build import Frontdesk
from app.errors import AppError
from app.models import Conversation, Event, Message, Photo
from app.photos.decoding import LONGEST_SIDE, MAX_BYTES, decode
from app.photos.keeping import MOST_IN_A_CONVERSATION
from tests.conftest import wait_until

SECRET = b"48.137154,11.576124"


def picture(
    form: str = "JPEG", size: tuple[int, int] = (640, 480), mode: str = "RGB", **more
) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, "teal" if mode != "1" else 1).save(file, form, **more)
    return file.getvalue()


def tagged() -> bytes:
    """A JPEG with a place, a comment, a profile and a script in it, held turned by 90 degrees."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825)[1] = "N"
    more = {"exif": exif, "comment": SECRET, "icc_profile": SECRET * 9}
    return picture(**more) + b"<script>" + SECRET + b"</script>"


def send(user, sent: bytes, client_msg_id: str | None = None, **headers):
    path = f"/api/v1/photos?client_msg_id={client_msg_id or uuid.uuid4()}"
    return user.client.post(path, data=sent, headers={**user.headers, **headers})


def key_of(answer) -> str:
    assert answer.status_code == 201, answer.text
    return answer.json["photo"]["key"]


def kept(frontdesk: Frontdesk) -> list:
    folder = frontdesk.settings.home / "photos"
    return list(folder.iterdir()) if folder.exists() else []


# --- what is left of a picture


@pytest.mark.parametrize(
    "sent",
    [
        picture(),
        picture("PNG", mode="RGBA"),
        picture("PNG", mode="P"),
        picture("PNG", mode="1"),
        picture("PNG", mode="I;16"),
        picture("JPEG", mode="CMYK"),
        picture("JPEG", mode="L", progressive=True),
        picture("WEBP", mode="RGBA"),
        picture("WEBP", save_all=True, append_images=[Image.new("RGB", (640, 480), "red")]),
        picture("MPO", save_all=True, append_images=[Image.new("RGB", (640, 480), "red")]),
    ],
)
def test_every_kind_becomes_one_plain_jpeg(sent: bytes) -> None:
    made = decode(sent)
    with Image.open(io.BytesIO(made.jpeg)) as again:
        assert (again.format, again.mode, again.size) == ("JPEG", "RGB", (640, 480))
        assert (made.width, made.height) == again.size


def test_nothing_but_pixels_is_left_and_the_picture_stands_upright() -> None:
    made = decode(tagged())
    assert SECRET not in made.jpeg and b"<script>" not in made.jpeg
    with Image.open(io.BytesIO(made.jpeg)) as again:
        assert again.size == (480, 640)
        assert not again.getexif() and set(again.info) <= {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
        }


def test_a_large_picture_is_made_smaller_and_transparency_becomes_white() -> None:
    assert max(decode(picture(size=(4000, 3000))).width, 0) == LONGEST_SIDE
    file = io.BytesIO()
    Image.new("RGBA", (64, 64), (0, 0, 0, 0)).save(file, "PNG")
    with Image.open(io.BytesIO(decode(file.getvalue()).jpeg)) as again:
        assert again.getpixel((32, 32)) == (255, 255, 255)


def bomb() -> bytes:
    """A PNG of a few kilobytes with 100 million pixels."""
    return picture("PNG", size=(10_000, 10_000), mode="1")


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"", "not_a_photo"),
        (b"%PDF-1.4 script", "not_a_photo"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "not_a_photo"),
        (b"<html><script>alert(1)</script>", "not_a_photo"),
        (b"GIF89a" + b"\0" * 99, "not_a_photo"),
        (picture("GIF"), "not_a_photo"),
        (picture("TIFF"), "not_a_photo"),
        (picture("BMP"), "not_a_photo"),
        (picture()[:900], "not_a_photo"),
        (picture(size=(3, 3)), "not_a_photo"),
        (picture(size=(4000, 20)), "not_a_photo"),
        (bomb(), "photo_too_large"),
        (b"\xff\xd8\xff" + b"0" * MAX_BYTES, "photo_too_large"),
    ],
)
def test_what_is_no_photograph_is_refused_in_words(sent: bytes, code: str) -> None:
    with pytest.raises(AppError) as refused:
        decode(sent)
    assert refused.value.code == code
    assert str(refused.value).endswith(".") and "Error" not in str(refused.value)


def test_a_jpeg_of_endless_scans_is_refused_before_it_is_decoded() -> None:
    """Each goes over the whole picture: eight megabytes of them are minutes of work."""
    sent = picture(progressive=True)
    last = sent.rindex(b"\xff\xda")
    head, scan = sent[:last], sent[last:-2]
    with pytest.raises(AppError) as refused:
        decode(head + scan * 80 + sent[-2:])
    assert refused.value.code == "photo_too_large"
    hidden = b"\xff\x05\xff\xff"  # a marker that a decoder skips, with no length behind it
    with pytest.raises(AppError) as refused:
        decode(head + (hidden + scan) * 80 + sent[-2:])
    assert refused.value.code == "photo_too_large"
    film = b"\xff\xda" * 80  # phones put one behind the picture
    assert decode(sent + film).width == 640


def test_a_progressive_jpeg_may_have_fewer_pixels() -> None:
    with pytest.raises(AppError) as refused:
        decode(picture(size=(6000, 4100), mode="L", progressive=True))
    assert refused.value.code == "photo_too_large"


def test_a_text_chunk_that_unfolds_to_gigabytes_is_refused() -> None:
    notes = PngImagePlugin.PngInfo()
    for number in range(80):
        notes.add_text(f"note{number}", "a" * 1_000_000, zip=True)
    sent = picture("PNG", pnginfo=notes)
    assert len(sent) < MAX_BYTES
    with pytest.raises(AppError):
        decode(sent)


@given(st.integers(), st.sampled_from([tagged(), picture("PNG"), picture("WEBP")]))
@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_broken_bytes_make_a_picture_or_a_sentence(seed: int, sent: bytes) -> None:
    rng = random.Random(seed)
    broken = bytearray(sent)
    for _ in range(rng.randint(1, 30)):
        broken[rng.randrange(len(broken))] = rng.randrange(256)
    try:
        assert decode(bytes(broken)).jpeg.startswith(b"\xff\xd8\xff")
    except AppError as error:
        assert error.code in {"not_a_photo", "photo_too_large"}


# --- at the door


def test_a_photograph_is_a_message_seen_by_its_customer_and_the_desk(
    customer, agent, frontdesk: Frontdesk
) -> None:
    answer = send(customer, tagged())
    key = key_of(answer)
    assert answer.json["text"] == "Photograph"
    assert (answer.json["photo"]["width"], answer.json["photo"]["height"]) == (480, 640)
    wait_until(lambda: customer.messages(answer.json["seq"]), "an answer to the photograph")
    assert "What is it about?" in customer.messages(answer.json["seq"])[0]["text"]

    (path,) = kept(frontdesk)
    assert path.name == key and stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert SECRET not in path.read_bytes()

    own = customer.client.get(f"/api/v1/photos/{key}", headers=customer.headers)
    desk = agent.client.get(f"/desk/photos/{key}")
    for shown in (own, desk):
        assert shown.status_code == 200 and shown.data == path.read_bytes()
        assert shown.headers["Content-Type"] == "image/jpeg"
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert shown.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in shown.headers["Content-Security-Policy"]
        assert shown.headers["Cache-Control"] == "no-store"
    page = agent.get(f"/desk/conversations/{customer.conversation_id}").text
    assert f'src="/desk/photos/{key}"' in page and "pressed a button" not in page


def test_nobody_else_sees_it(customer, web: Flask, frontdesk: Frontdesk) -> None:
    from tests.app.conftest import WidgetUser

    key = key_of(send(customer, picture()))
    other = WidgetUser(web.test_client())
    assert other.client.get(f"/api/v1/photos/{key}", headers=other.headers).status_code == 404
    nobody = web.test_client()
    assert nobody.get(f"/api/v1/photos/{key}").status_code == 401
    assert nobody.get(f"/api/v1/photos/{key}?token={customer.token}").status_code == 401
    assert nobody.get(f"/desk/photos/{key}").status_code == 302
    assert customer.client.get(f"/desk/photos/{key}").status_code == 302
    assert nobody.get(f"/photos/{key}").status_code == 404
    for odd in ("../frontdesk.db", "..%2ffrontdesk.db", "x" * 300, key.upper()):
        assert (
            customer.client.get(f"/api/v1/photos/{odd}", headers=customer.headers).status_code
            == 404
        )
    customer.client.delete("/api/v1/session", headers=customer.headers)
    assert customer.client.get(f"/api/v1/photos/{key}", headers=customer.headers).status_code == 401


def test_sent_twice_it_is_there_once(customer, frontdesk: Frontdesk) -> None:
    first, again = (send(customer, picture(), "same") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json["photo"] == first.json["photo"]
    assert len(kept(frontdesk)) == 1


@pytest.mark.parametrize(
    ("sent", "query", "status"),
    [
        (b"", "?client_msg_id=a", 422),
        (b"<svg/>", "?client_msg_id=a", 422),
        (b"0" * (MAX_BYTES + 1), "?client_msg_id=a", 413),
        (picture(), "", 422),
        (picture(), "?client_msg_id=" + "a" * 65, 422),
    ],
)
def test_a_refused_upload_leaves_nothing(
    customer, frontdesk: Frontdesk, sent: bytes, query: str, status: int
) -> None:
    answer = customer.client.post(f"/api/v1/photos{query}", data=sent, headers=customer.headers)
    assert answer.status_code == status and answer.json["message"]
    assert kept(frontdesk) == [] and customer.messages() == []


def test_the_other_doors_stay_as_narrow_as_they_were(customer) -> None:
    answer = customer.client.post(
        "/api/v1/messages", data=b"0" * (65 * 1024), headers=customer.headers
    )
    assert answer.status_code == 413


def test_a_conversation_has_so_many_and_no_more(customer, frontdesk: Frontdesk) -> None:
    with frontdesk.database.write() as session:
        for number in range(MOST_IN_A_CONVERSATION):
            session.add(
                Photo(
                    key=f"{number:032x}",
                    conversation_id=customer.conversation_id,
                    width=1,
                    height=1,
                    size_bytes=1,
                    created_at=frontdesk.clock(),
                )
            )
    answer = send(customer, picture())
    assert (answer.status_code, answer.json["error"]) == (409, "too_many_photos")


def test_it_goes_with_its_conversation(customer, frontdesk: Frontdesk, clock) -> None:
    key_of(send(customer, picture()))
    (path,) = kept(frontdesk)
    wait_until(lambda: len(customer.messages()) > 1, "an answer")
    clock.shift = timedelta(hours=2)
    frontdesk.photographs.sweep()
    assert path.exists(), "its conversation is there"
    with frontdesk.database.write() as session:
        for table in (Message, Event):
            session.execute(delete(table).where(table.conversation_id == customer.conversation_id))
        session.execute(delete(Conversation).where(Conversation.id == customer.conversation_id))
        assert session.scalar(select(Photo.key)) is None
    os.utime(path, (0, 0))
    clock.shift = timedelta(hours=4)
    frontdesk.photographs.sweep()
    assert not path.exists()


def test_a_person_who_has_the_conversation_sees_it_and_the_bot_is_silent(
    customer, agent, frontdesk: Frontdesk
) -> None:
    customer.say("talk to a human")
    agent.post(f"/desk/conversations/{customer.conversation_id}/take-over")
    answer = send(customer, picture())
    key = key_of(answer)
    assert key in agent.get(f"/desk/conversations/{customer.conversation_id}/messages").text
    assert customer.messages(answer.json["seq"]) == []
