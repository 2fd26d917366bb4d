"""From whatever was uploaded to a bare JPEG: pixels and nothing else.

The picture is decoded and written anew, so that no EXIF, place, comment, colour profile, second
picture or script that the file carried is in what we keep.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageOps

from app.errors import AppError, BadInput

MAX_BYTES = 8 * 1024 * 1024
LONGEST_SIDE = 1600  # enough to see a crack
MAX_JPEG_PIXELS = 64_000_000  # a JPEG is decoded at a fraction of its size
MAX_OTHER_PIXELS = 24_000_000
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
            _check_size(opened)
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


def _check_size(opened: Image.Image) -> None:
    """Before anything is decoded: the header says how large it will be."""
    width, height = opened.size
    jpeg = opened.format in ("JPEG", "MPO")  # MPO: a phone's JPEG with a second picture behind
    if width * height > (MAX_JPEG_PIXELS if jpeg else MAX_OTHER_PIXELS):
        raise PhotographTooLarge(_TOO_MANY_PIXELS)
    shorter, longer = sorted((width, height))
    if shorter < SMALLEST_SIDE or longer > MOST_LENGTHY * shorter:
        raise NotAPhotograph(
            "That picture is too small to show anything. Please send a larger one."
        )


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
