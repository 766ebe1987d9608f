"""What an image file is: good, converted to RGB, or left out; and why."""

import io
import warnings
from contextlib import contextmanager
from pathlib import PurePath

import numpy as np
from PIL import Image, ImageFile, UnidentifiedImageError

MIN_SIDE = 16  # pixels: below, there is no face to learn
MAX_PIXELS = 89_478_485  # Pillow's own limit against decompression bombs
MAX_BYTES = 256 * 2**20

# Every file gets exactly one kind: of those that apply, the one that stands first in `KINDS`.
LEFT_OUT = {
    "unreadable": "no permission, a broken link, a damaged entry of a zip",
    "empty": "0 bytes",
    "too large": f"over {MAX_PIXELS:,} pixels or {MAX_BYTES // 2**20} MiB",
    "not an image": "a web page, a table or a text, whatever its name says",
    "too small": f"a side under {MIN_SIDE} pixels",
    "truncated": "cut short or damaged",
    "unsupported": "colours that have no one meaning in RGB, such as floating-point numbers",
    "misplaced": "outside the folders of this data set",
    "duplicate": "the same bytes as an earlier file",
}
CONVERTED = {
    "16-bit": "scaled to 8 bits",
    "palette": "palette looked up",
    "RGBA": "laid on white",
    "CMYK": "converted to RGB",
    "grey": "repeated in three channels",
    "other colours": "converted to RGB",
}
KEPT = CONVERTED | {
    "wrong suffix": "read as what it is, not as what it is called",
    "good": "RGB as it is",
}
KINDS = LEFT_OUT | KEPT

FORMATS = ("JPEG", "PNG", "GIF", "BMP", "WEBP", "TIFF", "PPM")
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"RIFF")
_MODES = {
    "1": "grey",
    "L": "grey",
    "P": "palette",
    "PA": "palette",
    "LA": "RGBA",
    "La": "RGBA",
    "RGBA": "RGBA",
    "RGBa": "RGBA",
    "CMYK": "CMYK",
    "YCbCr": "other colours",
    "HSV": "other colours",
}


@contextmanager
def without_warnings():
    """Silence Pillow, since the audit itself says what it would warn of. For the caller of `examine`, who knows whether
    there are other threads: Python's warnings are switched off and on for all of them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def examine(content: bytes, name: str) -> tuple[str, str, Image.Image | None]:
    """Open a file's content as an image.

    Damage inside a JPEG's pixels that its decoder reads over without complaint is not seen. Pillow may warn.

    Parameters
    ----------
    content : bytes
        The whole file.
    name : str
        The file's name; its suffix is compared with the content.

    Returns
    -------
    kind : str
        One of `KINDS`; "unreadable", "misplaced" and "duplicate" are for the caller to say.
    note : str
        What was found, in a few words, or "".
    image : PIL.Image.Image or None
        The image in mode RGB, at its own size; None for a file to leave out.
    """
    if not content:
        return "empty", "", None
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
        width, height = image.size
        if width * height > MAX_PIXELS:
            return "too large", f"{width} × {height}", None
        if min(width, height) < MIN_SIDE:
            return "too small", f"{width} × {height}", None
        kind, note = _kind(image, name)
        image.load()
    except Image.DecompressionBombError as error:
        return "too large", str(error), None
    except UnidentifiedImageError:
        is_image = content.startswith(_MAGIC)
        return (
            "truncated" if is_image else "not an image",
            f"starts with {content[:20]!r}",
            None,
        )
    except Exception as error:  # a damaged file makes Pillow's readers raise anything
        return "truncated", _first_line(error), None
    try:
        return kind, note, _to_rgb(image)
    except ValueError as error:
        return "unsupported", _first_line(error), None


def _kind(image: ImageFile.ImageFile, name: str) -> tuple[str, str]:
    """Kind and note of an image that is opened and not yet loaded: its tiles still say how many bits a value has."""
    raw_modes = [str(np.atleast_1d(tile[3])[0]) for tile in image.tile if tile[3]]
    if image.mode.startswith("I") or any(raw.endswith(("16B", "16L", "16N")) for raw in raw_modes):
        return "16-bit", image.mode
    if image.mode in _MODES:
        return _MODES[image.mode], image.mode
    if "transparency" in image.info:
        return "RGBA", "one colour is transparent"
    expected = Image.registered_extensions().get(PurePath(name).suffix.lower())
    actual = "JPEG" if image.format == "MPO" else image.format
    return ("good", "") if actual == expected else ("wrong suffix", str(actual))


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        values = np.asarray(image).astype(np.int64)
        if values.min() < 0 or values.max() > 65535:
            raise ValueError("32-bit values")
        image = Image.fromarray(((values + 128) // 257).astype(np.uint8))
    elif image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    elif image.mode in ("F", "LAB"):
        raise ValueError(f"mode {image.mode}")
    return image.convert("RGB")


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:160]
