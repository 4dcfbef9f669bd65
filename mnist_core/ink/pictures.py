"""From pictures to gray: open a picture and see in it what may be digits.

Files, formats, colors and transparency exist only here; ``segmentation`` tells ink from paper. This
module knows nothing of models or strokes.
"""

import io
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, ImageSequence

from mnist_core.errors import PictureError
from mnist_core.ink.segmentation import LEAST_CONTRAST, Seen, see

MAX_BYTES = 100_000_000  # of a decoded picture: 25 megapixels in color, 100 in gray
# Formats whose decoders run inside Pillow: EPS, for one, would start another program.
FORMATS = ("AVIF", "BMP", "GIF", "JPEG", "MPO", "PNG", "TIFF", "WEBP")
WORKING_SIDE = 1024  # px, longest side of what is looked at; larger pictures are averaged down
SMALLEST_SIDE, ENLARGEMENT = 20, 3  # px; smaller pictures have lines of one pixel, and are enlarged
FEWEST_BLOCKS = 8  # along the longest side of what is taken for an enlarged icon
MOST_FRAMES = 50  # of an animation that are looked at for ink

Source = Image.Image | Path | str | bytes


def see_picture(picture: Source) -> Iterator[Seen]:
    """See in a picture what may be digits.

    Args:
        picture: a Pillow image, a file's path, or a file's content. Of several frames the first
            that is not of one color is read. Digits may be dark on light or light on dark, in
            color or transparent, on ruled, squared or unevenly lit paper, framed or among others.

    Returns:
        The ways to see the picture, the plain ones first; none where it is of one color.

    Raises:
        PictureError: the file is not there, Pillow can't open it, or it takes more than 100 MB
            when decoded.
    """
    name = f" {Path(picture).name}" if isinstance(picture, Path | str) else ""
    try:
        grays, side = _grays(picture)
        return see(grays, scale=side / max(grays[0].shape))
    except PictureError as error:
        raise PictureError(str(error).format(name=name)) from error
    except FileNotFoundError as error:
        raise PictureError(
            f"There is no file {os.fspath(picture)}: check its name and folder."  # type: ignore[arg-type]
        ) from error
    except Image.DecompressionBombError as error:
        raise PictureError(str(_too_large()).format(name=name)) from error
    except Exception as error:  # decoders of damaged files raise all sorts, RuntimeError too
        raise PictureError(
            f"The picture{name} can't be opened: choose a PNG, JPEG, WebP, GIF, BMP or TIFF file."
        ) from error


def _grays(picture: Source) -> tuple[list[np.ndarray], int]:
    """Open a picture, and turn the first frame that is not of one color into gray.

    Returns:
        The grays, and the longest side of the picture in px, which they are no larger than.
    """
    if isinstance(picture, Image.Image):
        _check_size(picture)
        return _gray(picture), max(picture.size)
    Image.init()  # so that all formats are known by name
    source = io.BytesIO(picture) if isinstance(picture, bytes) else picture
    known = [name for name in FORMATS if name in Image.OPEN]
    with Image.open(source, formats=known) as image:
        side = max(image.size)
        image.draft("RGB", (WORKING_SIDE, WORKING_SIDE))  # a JPEG is decoded no larger than needed
        _check_size(image)
        for number, frame in enumerate(ImageSequence.Iterator(image), start=1):
            _check_size(frame)
            grays = _gray(frame)
            if number == MOST_FRAMES or any(np.ptp(gray) >= LEAST_CONTRAST for gray in grays):
                break
        return grays, side


def _check_size(image: Image.Image) -> None:
    pixels = image.width * image.height
    if pixels * (1 if image.mode in ("1", "L", "P") else 4) > MAX_BYTES:
        raise _too_large()
    if pixels == 0:
        raise PictureError("The picture{name} is empty: choose another one.")


def _too_large() -> PictureError:
    return PictureError(
        "The picture{name} is larger than 25 megapixels: make it smaller, crop it to the digit, "
        "or save it as a JPEG."
    )


# --- one channel -----------------------------------------------------------------------------


def _gray(image: Image.Image) -> list[np.ndarray]:
    """Turn a picture of any mode, the right way up, into gray (H, W) float32, 0 to 255.

    What is partly transparent is seen in two ways: by how opaque it is, and by its colors.
    """
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith(("I", "F")):
        values = np.asarray(image, dtype=np.float32)
        finite = values[np.isfinite(values)]
        low, high = (finite.min(), finite.max()) if len(finite) else (0, 0)
        values = np.nan_to_num(values, nan=low, posinf=high, neginf=low)
        image = Image.fromarray((values - low) * (255 / (high - low) if high > low else 0))
        image = image.convert("L")
    mode = "RGBA" if image.has_transparency_data else "L" if image.mode in ("1", "L") else "RGB"
    pixels = np.asarray(_resized(image.convert(mode)), dtype=np.float32)
    if mode == "L":
        return [pixels]
    if mode == "RGB":
        return [_strongest_color(pixels)]
    colors, alpha = pixels[..., :3], pixels[..., 3:]
    seen = colors[alpha[..., 0] > alpha.max() / 2]
    if len(seen) == 0:
        return [alpha[..., 0]]
    laid = _strongest_color(np.median(seen, axis=0) * (1 - alpha / 255) + colors * alpha / 255)
    return [alpha[..., 0], laid]


def _resized(image: Image.Image) -> Image.Image:
    """Bring an image to a size at which it can be looked at."""
    longest = max(image.size)
    if longest <= WORKING_SIDE:
        image = _without_blocks(image)
        longest = max(image.size)
    if SMALLEST_SIDE <= longest <= WORKING_SIDE:
        return image
    times = ENLARGEMENT if longest < SMALLEST_SIDE else WORKING_SIDE / longest
    size = [max(1, round(length * times)) for length in image.size]
    how = Image.Resampling.BICUBIC if times > 1 else Image.Resampling.BOX
    return image.resize((size[0], size[1]), how, reducing_gap=2.0)


def _without_blocks(image: Image.Image) -> Image.Image:
    """Undo an enlargement that repeated each pixel, whose corners would pass for the ink's."""
    pixels = np.asarray(image).reshape(image.height, image.width, -1)
    rows = np.flatnonzero((pixels[1:] != pixels[:-1]).any(axis=(1, 2)))
    columns = np.flatnonzero((pixels[:, 1:] != pixels[:, :-1]).any(axis=(0, 2)))
    side = max(image.size)
    block = min(int(np.diff(each).min(initial=side)) for each in (rows, columns))  # px
    counts = range(side // block, side // (block + 1) - 1, -1)  # most often it is the first
    for count in counts if block > 1 else ():
        size = [max(1, round(length * count / side)) for length in image.size]
        small = image.resize((size[0], size[1]), Image.Resampling.NEAREST)
        if count >= FEWEST_BLOCKS and small.resize(image.size, Image.Resampling.NEAREST) == image:
            return small
    return image


def _strongest_color(pixels: np.ndarray) -> np.ndarray:
    """Turn RGB (H, W, 3) into gray along the color in which ink differs most from paper.

    Principal component of the differences from the median color, large ones counting more.
    """
    sample = pixels[::3, ::3].reshape(-1, 3)
    apart = sample - np.median(sample, axis=0)
    weighted = apart * (apart * apart).sum(axis=1, keepdims=True)
    direction = np.linalg.eigh(weighted.T @ apart)[1][:, -1]
    if direction.sum() < 0:
        direction = -direction
    return (pixels @ direction / np.abs(direction).sum()).astype(np.float32)
