"""Frame ink of any size as MNIST framed its digits. Knows nothing of pictures, paper or strokes."""

import math

import numpy as np
from PIL import Image
from scipy import ndimage

from mnist_core.ink.frame import CENTER, DIGIT_BOX, IMAGE_SIZE, PEN_WIDTH

EDGE = 0.3  # of full ink, where a line's edge is taken to be
FINE = 4  # cells of a finer grid along each px of the frame
BOX = int(DIGIT_BOX)  # px
OFF_SEAM = 0.001  # px, too little to see
THINNEST = 1.1  # px of the frame: MNIST's own lines are wider, and stay as they are

Corners = tuple[int, int, int, int]  # x0, y0, x1, y1 in px, the ends excluded


def framed(ink: np.ndarray) -> np.ndarray | None:
    """Frame ink (H, W), 1 = full ink, by area averaging, as MNIST's was.

    Lines thinner than MNIST's are brought to its width.

    Returns:
        (28, 28) float32 in [0, 1], longest side 20 px, center of mass at index 14 to the next whole
        pixel; None where there is no ink.
    """
    found = ndimage.find_objects((ink > EDGE).astype(np.int8))
    if not found:
        return None
    y, x = found[0]
    box = (x.start, y.start, x.stop, y.stop)
    fine = _fine(ink, box, 0.0)
    width = _line_width(fine)
    if width < THINNEST:
        reach = FINE * (PEN_WIDTH - width) / 2  # cells
        fine = _dilated(_fine(ink, box, reach), reach)
        fine = (fine / np.median(fine[fine > 0.25 * fine.max()])).clip(0, 1)
    boxed = fine.reshape(BOX, FINE, BOX, FINE).mean(axis=(1, 3))
    boxed /= boxed.max()
    index, total = np.arange(BOX), boxed.sum()
    centers = (boxed.sum(axis=1) @ index / total, boxed.sum(axis=0) @ index / total)  # y, x
    top, left = (min(max(round(CENTER - float(c)), 0), IMAGE_SIZE - BOX) for c in centers)
    frame = np.zeros((IMAGE_SIZE, IMAGE_SIZE), dtype=np.float32)
    frame[top : top + BOX, left : left + BOX] = boxed
    return frame


def _fine(ink: np.ndarray, box: Corners, margin: float) -> np.ndarray:
    """Scale the ink (H, W) around a box to a square (80, 80), with a margin in cells."""
    wide, high = box[2] - box[0], box[3] - box[1]
    whole = BOX * FINE
    side = max(wide, high) * whole / (whole - 2 * margin)
    x, y = (box[0] + box[2] - side) / 2, (box[1] + box[3] - side) / 2
    if margin == 0 and side < 3 * BOX:  # keep a picture's own pixels whole
        step = side / BOX
        x = box[0] - step * round((side - wide) / 2 / step)
        y = box[1] - step * round((side - high) / 2 / step)
    # Pillow's box filter drops a pixel that lies exactly on the seam of two windows.
    left, top = math.floor(x), math.floor(y)
    x, y = x - left + OFF_SEAM, y - top + OFF_SEAM
    part = np.zeros((math.ceil(side) + 2,) * 2, dtype=np.float32)  # paper where it leaves the ink
    cut = ink[max(0, top) : top + len(part), max(0, left) : left + len(part)]
    y0, x0 = max(0, -top), max(0, -left)
    part[y0 : y0 + cut.shape[0], x0 : x0 + cut.shape[1]] = cut
    how = Image.Resampling.BOX if side >= 0.9 * BOX else Image.Resampling.BICUBIC
    fine = Image.fromarray(part).resize((whole, whole), how, box=(x, y, x + side, y + side))
    return np.asarray(fine).clip(0)


def _line_width(fine: np.ndarray) -> float:
    """Mean width of the lines, in px of the frame: twice their area over the length of their edges.

    The edges' length is the sum of the gradient's size (coarea formula).
    """
    dy, dx = np.gradient(np.pad(fine, 2))
    return 2 * float(fine.sum()) / float(np.hypot(dx, dy).sum()) / FINE


def _dilated(fine: np.ndarray, radius: float) -> np.ndarray:
    """Widen lines (80, 80) by a radius in cells on every side: gray dilation by a disk."""
    most = math.ceil(radius)
    y, x = np.ogrid[-most : most + 1, -most : most + 1]
    disk = x * x + y * y <= radius * radius
    return ndimage.maximum_filter(fine, footprint=disk, mode="constant")
