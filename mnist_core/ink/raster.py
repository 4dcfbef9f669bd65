"""From a drawing to ink: frame it as MNIST framed its digits, and draw it at 28×28.

The strokes are scaled and moved, not pixels, so a drawing reads the same at any size and place.
Ink is float32, 0 for paper and 1 for full ink; stored, it is uint8, 255 for full ink.
"""

import functools
import itertools
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from mnist_core.ink.drawing import LEAST_EXTENT, Drawing, thinned_path
from mnist_core.ink.frame import CENTER, DIGIT_BOX, IMAGE_SIZE, PEN_WIDTH

BOX_MARGIN = 3  # px around a box of that size in the middle of the frame, less half a pixel

SHORTEST_STEP = 0.002  # of the drawing's longest side: 0.04 px of the frame, too little to see
# Segments whose distances are computed at once: while they fit in its cache, a CPU is two to six
# times as fast.
SEGMENTS_AT_ONCE = {"cpu": 160}
SEGMENTS_AT_ONCE_ELSEWHERE = 1 << 17  # 0.4 GB a temporary
DRAWINGS_AT_ONCE = 256  # of many


def segments_of(drawings: Sequence[Drawing], device: torch.device | str = "cpu") -> Tensor:
    """Turn drawings into one tensor of line segments, scaled to a box of side 1.

    Each drawing is moved and scaled in float64, so that points a million pixels away lose
    nothing to float32. Points closer than 0.2 % of the box to the one before are left out.

    Args:
        drawings: non-blank drawings, as ``parse_drawing`` returns them.
        device: where the tensor shall live.

    Returns:
        Segments (B, S, 4) float32 as x0, y0, x1, y1, the longest side of each drawing 1. A
        drawing with fewer segments repeats its last one; a lone point is a segment of length 0.
    """
    return _padded(*_unit_segments(drawings), device)


def _unit_segments(drawings: Sequence[Drawing]) -> tuple[np.ndarray, np.ndarray]:
    """Return the segments (N, 4) float64 of drawings, one after the other, and how many each has.

    All drawings are worked on at once, as calls cost more than what they do.
    """
    paths = list(itertools.chain(*drawings))
    of_drawings = np.cumsum([0, *map(len, drawings)])  # where the paths of each begin
    begins = np.cumsum([0, *map(len, paths)])  # where the points of each path begin
    points = np.concatenate(paths)
    firsts = begins[of_drawings[:-1]]
    low = np.minimum.reduceat(points, firsts)
    extent = (np.maximum.reduceat(points, firsts) - low).max(axis=1)
    scale = 1.0 / np.where(extent > LEAST_EXTENT, extent, 1.0)
    sizes = np.diff(begins[of_drawings])
    points = (points - np.repeat(low, sizes, axis=0)) * np.repeat(scale, sizes)[:, None]
    paths = [thinned_path(path, SHORTEST_STEP) for path in np.split(points, begins[1:-1])]
    # A lone point is a segment, too.
    starts = np.concatenate([path[:-1] if len(path) > 1 else path for path in paths])
    ends = np.concatenate([path[1:] if len(path) > 1 else path for path in paths])
    counts = [max(len(path) - 1, 1) for path in paths]
    return np.concatenate([starts, ends], axis=1), np.add.reduceat(counts, of_drawings[:-1])


def _padded(segments: np.ndarray, counts: np.ndarray, device: torch.device | str) -> Tensor:
    """Return segments (B, S, 4) float32, where each drawing but the longest repeats its last."""
    begins = np.cumsum(counts) - counts
    index = begins[:, None] + np.minimum(np.arange(counts.max()), counts[:, None] - 1)
    return torch.from_numpy(segments[index].astype(np.float32)).to(device)


def frame(
    segments: Tensor,
    pen_width: float | Tensor = PEN_WIDTH,
    counts: Sequence[int] | None = None,
) -> Tensor:
    """Place drawings in the 28×28 frame as MNIST's digits are placed.

    The longest side of the ink, the pen's width included, becomes 20 px, and the ink's center
    of mass comes to index 14.0 (the making of MNIST, arXiv 1905.10498, section 2). Ink never
    leaves the frame: a drawing so uneven that it would is moved only as far as it fits.

    Args:
        segments: (B, S, 4) in any unit.
        pen_width: px of the 28 px frame, one number or one a drawing (B,).
        counts: as for ``rasterize``.

    Returns:
        Segments (B, S, 4) in 0-based pixel indices of the frame.
    """
    width = torch.as_tensor(pen_width, dtype=segments.dtype, device=segments.device).reshape(-1, 1)
    points = segments.reshape(len(segments), -1, 2)  # (B, 2S, 2)
    low, high = points.amin(dim=1), points.amax(dim=1)  # (B, 2)
    extent = (high - low).amax(dim=1, keepdim=True)  # (B, 1)
    scale = torch.where(extent > 0, (DIGIT_BOX - width) / extent.clamp(min=1e-30), 0.0)
    middle = (low + high) / 2
    boxed = (points - middle[:, None]) * scale[:, None] + CENTER
    # The ink fills the box in the middle at most, its fading edge included.
    boxed_ink = rasterize(boxed.reshape(segments.shape), pen_width, BOX_MARGIN, counts)
    mass = center_of_mass(boxed_ink) + BOX_MARGIN
    half = ((high - low) * scale + width) / 2
    to_low, to_high = half - CENTER - 0.5, IMAGE_SIZE - 0.5 - CENTER - half  # px to the edges
    shift = (CENTER - mass).clamp(min=to_low, max=to_high)
    return (boxed + shift[:, None]).reshape(segments.shape)


def center_of_mass(ink: Tensor) -> Tensor:
    """Center of mass (B, 2) as x, y in 0-based pixel indices, of ink (B, 1, H, W)."""
    height, width = ink.shape[-2:]
    total = ink.sum(dim=(1, 2, 3)).clamp(min=1e-9)
    columns = torch.arange(width, dtype=ink.dtype, device=ink.device)
    rows = torch.arange(height, dtype=ink.dtype, device=ink.device)
    x = (ink.sum(dim=(1, 2)) * columns).sum(dim=1) / total
    y = (ink.sum(dim=(1, 3)) * rows).sum(dim=1) / total
    return torch.stack([x, y], dim=1)


def rasterize(
    segments: Tensor,
    pen_width: float | Tensor = PEN_WIDTH,
    margin: int = 0,
    counts: Sequence[int] | None = None,
) -> Tensor:
    """Draw framed segments with a round pen, by the exact distance from each pixel's center.

    Args:
        segments: (B, S, 4) in 0-based pixel indices of the frame.
        pen_width: px of the frame, one number or one a drawing (B,).
        margin: px to leave out on each side.
        counts: of each drawing's segments before those that repeat its last; by default all.

    Returns:
        Ink (B, 1, 28 - 2 margin, 28 - 2 margin) float32 in [0, 1]; the edge of a line fades over
        one pixel.
    """
    pixels = _pixel_basis(segments.device, margin)
    limit = SEGMENTS_AT_ONCE.get(segments.device.type, SEGMENTS_AT_ONCE_ELSEWHERE)
    counts = counts or [segments.shape[1]] * len(segments)
    squared = torch.cat(
        [_nearest_squared(part, pixels, limit) for part in _parts(segments, counts, limit)]
    )
    radius = torch.as_tensor(pen_width, dtype=torch.float32, device=segments.device) / 2
    ink = (radius.reshape(-1, 1) + 0.5 - squared.sqrt_()).clamp_(0, 1)
    side = IMAGE_SIZE - 2 * margin
    return ink.reshape(-1, 1, side, side)


def _parts(segments: Tensor, counts: Sequence[int], limit: int) -> Iterator[Tensor]:
    """Yield drawings whose segments, with no more padding than they need, are within a limit."""
    start = 0
    while start < len(counts):
        end, longest = start + 1, counts[start]
        while end < len(counts) and (end + 1 - start) * max(longest, counts[end]) <= limit:
            longest = max(longest, counts[end])
            end += 1
        yield segments[start:end, :longest]
        start = end


def _nearest_squared(segments: Tensor, pixels: Tensor, limit: int) -> Tensor:
    """Squared distance (B, P) of each pixel from the nearest segment."""
    parts = [_squared_distance(part, pixels).amin(dim=1) for part in segments.split(limit, dim=1)]
    return torch.stack(parts).amin(dim=0)


@functools.cache
def _pixel_basis(device: torch.device, margin: int) -> Tensor:
    """Rows 1, x and y of the pixels within a margin, (3, P), relative to the frame's middle."""
    index = torch.arange(margin, IMAGE_SIZE - margin, dtype=torch.float32, device=device) - CENTER
    y, x = torch.meshgrid(index, index, indexing="ij")
    x, y = x.reshape(-1), y.reshape(-1)
    return torch.stack([torch.ones_like(x), x, y])


def _squared_distance(segments: Tensor, pixels: Tensor) -> Tensor:
    """Squared distance (B, S, P) of each pixel from each segment.

    Seen from the segment's middle m, along its direction u, a pixel p lies at (p - m)·u along the
    segment and at (p - m) x u across. Both are linear in the basis 1, x, y, so that a matrix
    product gives them. Along the segment only what lies beyond its end counts.
    """
    start, end = segments.split(2, dim=-1)
    x, y = ((start + end) / 2 - CENTER).unbind(dim=-1)  # float32 keeps more digits near zero
    dx, dy = (end - start).unbind(dim=-1)
    length = torch.hypot(dx, dy)  # (B, S), px
    is_line = length > 0  # a dot has no direction: any will do
    ux, uy = torch.where(is_line, dx / length, 1.0), torch.where(is_line, dy / length, 0.0)
    beyond = torch.stack([-(ux * x + uy * y), ux, uy], dim=-1) @ pixels
    beyond.abs_().sub_(length[..., None] / 2).clamp_(min=0)
    across = torch.stack([uy * x - ux * y, -uy, ux], dim=-1) @ pixels
    return beyond.square_().addcmul_(across, across)


def ink_from_drawings(
    drawings: Sequence[Drawing], device: torch.device | str = "cpu", pen_width: float = PEN_WIDTH
) -> Tensor:
    """Frame and draw non-blank drawings: ink (B, 1, 28, 28) float32 in [0, 1]."""
    segments, counts = _unit_segments(drawings)
    of_each = counts.tolist()
    framed = frame(_padded(segments, counts, device), pen_width, of_each)
    return rasterize(framed, pen_width, counts=of_each)


def images_from_drawings(drawings: Sequence[Drawing]) -> Tensor:
    """Frame and draw any number of non-blank drawings: (N, 28, 28) uint8, 255 = full ink."""
    parts = [
        stored(ink_from_drawings(drawings[start : start + DRAWINGS_AT_ONCE]))
        for start in range(0, len(drawings), DRAWINGS_AT_ONCE)
    ]
    return torch.cat([torch.zeros((0, IMAGE_SIZE, IMAGE_SIZE), dtype=torch.uint8), *parts])


def stored(ink: Tensor) -> Tensor:
    """Turn ink (B, 1, 28, 28) float32 in [0, 1] into images (B, 28, 28) uint8, 255 = full ink."""
    return (ink[:, 0] * 255).round().to(torch.uint8)


def ink_of(images: Tensor) -> Tensor:
    """Turn images (B, 28, 28) uint8, 255 = full ink, into ink (B, 1, 28, 28) in [0, 1]."""
    return images.unsqueeze(1).float().div_(255)
