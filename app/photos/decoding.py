"""From whatever was uploaded to a bare JPEG: pixels and nothing else.

The picture is decoded and written anew, so that no EXIF, place, comment, colour profile, second
picture or script that the file carried is in what we keep.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

from PIL import Image, ImageOps

from app.errors import AppError, BadInput

MAX_BYTES = 8 * 1024 * 1024
LONGEST_SIDE = 1600  # enough to see a crack
MAX_JPEG_PIXELS = 64_000_000  # a JPEG is decoded at a fraction of its size
MAX_OTHER_PIXELS = 24_000_000  # and of a JPEG in several scans, which is kept whole meanwhile
MAX_SCANS = 64  # of a JPEG; each goes over the whole picture, and cameras write ten or so
SMALLEST_SIDE = 16
MOST_LENGTHY = 20  # times as long as wide
QUALITY = 85
FORMATS = ("JPEG", "PNG", "WEBP")


class NotAPhotograph(BadInput):
    """The bytes are no JPEG, PNG or WebP picture that can be decoded."""

    code = "not_a_photo"


class PhotographTooLarge(AppError):
    """More bytes or pixels than we decode."""

    status = 413
    code = "photo_too_large"


@dataclass(frozen=True)
class Picture:
    """A JPEG of ours, and its size in pixels."""

    jpeg: bytes
    width: int
    height: int


def decode(sent: bytes) -> Picture:
    """The photograph in `sent`, upright, at most `LONGEST_SIDE` pixels long, on white.

    The kind is told by the content; of an animation the first frame counts. Raises NotAPhotograph
    or PhotographTooLarge, whatever the bytes are.
    """
    if len(sent) > MAX_BYTES:
        raise too_large()
    try:
        with Image.open(io.BytesIO(sent), formats=FORMATS) as opened:
            _check_size(opened, sent)
            return _written_anew(opened)
    except AppError:
        raise
    except Image.DecompressionBombError as error:
        raise PhotographTooLarge(_TOO_MANY_PIXELS) from error
    except Exception as error:  # hostile bytes may bring any error out of a decoder
        raise NotAPhotograph(_NO_PHOTOGRAPH) from error


def too_large() -> PhotographTooLarge:
    """What is said to more bytes than we take."""
    return PhotographTooLarge(f"A photograph may have up to {MAX_BYTES // 1024**2} MB.")


_NO_PHOTOGRAPH = "That file is no photograph I can read. Please send a JPEG, PNG or WebP picture."
_TOO_MANY_PIXELS = "That picture has too many pixels. Please send a smaller one."


def _check_size(opened: Image.Image, sent: bytes) -> None:
    """Before anything is decoded: the headers say how much work it will be."""
    width, height = opened.size
    most = MAX_OTHER_PIXELS
    if opened.format in ("JPEG", "MPO"):  # MPO: a phone's JPEG with a second picture behind
        scans = _scans(sent)
        if len(scans) > MAX_SCANS:
            raise PhotographTooLarge("That picture is too much work to open. Please send another.")
        if scans == [len(opened.getbands())] and "progressive" not in opened.info:
            most = MAX_JPEG_PIXELS
    if width * height > most:
        raise PhotographTooLarge(_TOO_MANY_PIXELS)
    shorter, longer = sorted((width, height))
    if shorter < SMALLEST_SIDE or longer > MOST_LENGTHY * shorter:
        raise NotAPhotograph(
            "That picture is too small to show anything. Please send a larger one."
        )


def _scans(jpeg: bytes) -> list[int]:
    """How many colours each scan of a JPEG has, up to the picture's end; what follows is no part.

    Markers are found as libjpeg finds them: a byte 255 in a scan is followed by 0 or a restart.
    """
    scans: list[int] = []
    at = 0
    while (marker := _MARKER.search(jpeg, at)) is not None:
        at, kind = marker.end(), marker[1][0]
        if kind == _END:
            break
        if kind in _WITH_LENGTH:
            if kind == _SCAN:
                scans.extend(jpeg[at + 2 : at + 3])
            at += max(2, int.from_bytes(jpeg[at : at + 2]))
    return scans


_MARKER = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])", re.DOTALL)
_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_WITH_LENGTH = frozenset(range(0xC0, 0xFF)) - {_START, _END}


def _written_anew(opened: Image.Image) -> Picture:
    opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # where the format allows, decode it smaller
    opened.load()
    try:
        upright = ImageOps.exif_transpose(opened)
    except Exception:  # the notes beside a good picture may be broken
        upright = opened.copy()
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    seen = upright.convert("RGBA") if upright.has_transparency_data else upright.convert("RGB")
    bare = Image.new("RGB", seen.size, "white")  # without `info`, where comments stand
    bare.paste(seen, mask=seen if seen.mode == "RGBA" else None)
    file = io.BytesIO()
    bare.save(file, "JPEG", quality=QUALITY)
    return Picture(file.getvalue(), *bare.size)
