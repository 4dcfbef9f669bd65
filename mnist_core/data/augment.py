"""Random changes of ink, a whole batch at once, on the device where the batch lives.

This module knows nothing of data sets, models or strokes.
"""

import torch
from torch import Generator, Tensor
from torch.nn import functional

from mnist_core.data.augmentation import Augmentation

ELASTIC_KNOTS = 5  # on each side: displacements are random at 5×5 knots, smooth between them


def augment(
    ink: Tensor, augmentation: Augmentation, generator: Generator, margin: int = 0
) -> Tensor:
    """Change each image of a batch in its own random way.

    Affine and elastic changes (Simard, Steinkraus and Platt, 2003) are made in one bicubic
    resampling, which hardly blurs: a network should learn from images as sharp as those that it
    will read. Then strokes are made thicker or thinner by a random part of a 3×3 gray dilation
    or erosion.

    Args:
        ink: (B, 1, H, W) float32 in [0, 1].
        augmentation: how far to change them.
        generator: random numbers, on the device of ``ink``.
        margin: px to leave out on each side.

    Returns:
        Ink (B, 1, H - 2 margin, W - 2 margin) of the same range.
    """
    rows, columns = (slice(margin, side - margin) for side in ink.shape[-2:])
    if augmentation == Augmentation():
        return ink[..., rows, columns]
    grid = _affine_grid(ink, augmentation, generator)
    if augmentation.elastic > 0:
        grid = grid + _elastic_field(ink, augmentation.elastic, generator)
    # PyTorch 2.14 has no bicubic resampling on MPS.
    mode = "bilinear" if ink.device.type == "mps" else "bicubic"
    ink = functional.grid_sample(ink, grid[:, rows, columns], mode, align_corners=False)
    ink = ink.clamp_(0, 1)  # bicubic curves overshoot
    if augmentation.thickness > 0:
        ink = _change_thickness(ink, augmentation.thickness, generator)
    return ink


def _uniform(count: int, generator: Generator) -> Tensor:
    """Random numbers (count,) in [-1, 1)."""
    return torch.rand(count, generator=generator, device=generator.device) * 2 - 1


def _affine_grid(ink: Tensor, augmentation: Augmentation, generator: Generator) -> Tensor:
    """Sampling grid (B, H, W, 2) in grid_sample's units, in which the image is 2 wide."""
    count = len(ink)
    angle = torch.deg2rad(_uniform(count, generator) * augmentation.rotation)
    slant = _uniform(count, generator) * augmentation.shear
    wide = torch.exp(_uniform(count, generator) * augmentation.scale)
    high = torch.exp(_uniform(count, generator) * augmentation.scale)
    unit = 2 / ink.shape[-1]  # one pixel, as the grid measures
    right = _uniform(count, generator) * augmentation.shift * unit
    down = _uniform(count, generator) * augmentation.shift * unit
    cosine, sine = torch.cos(angle), torch.sin(angle)
    rows = [
        torch.stack([cosine * wide, (slant - sine) * high, right], dim=1),
        torch.stack([sine * wide, cosine * high, down], dim=1),
    ]
    return functional.affine_grid(torch.stack(rows, dim=1), list(ink.shape), align_corners=False)


def _elastic_field(ink: Tensor, deviation: float, generator: Generator) -> Tensor:
    """Smooth random displacements (B, S, S, 2) of square images in grid_sample's units."""
    side = ink.shape[-1]
    knots = torch.randn(
        (len(ink), 2, ELASTIC_KNOTS, ELASTIC_KNOTS), generator=generator, device=generator.device
    )
    weights = _cubic_weights(side, ink.device)
    # On a CPU two matrix products are several times faster than torch's own interpolation.
    field = weights @ (knots * (deviation * 2 / side)) @ weights.T  # (B, 2, S, S)
    return field.permute(0, 2, 3, 1)


def _cubic_weights(size: int, device: torch.device) -> Tensor:
    """Bicubic interpolation from the knots to pixels, as a matrix (size, knots)."""
    knots = torch.eye(ELASTIC_KNOTS, device=device)[None, None]
    wide = functional.interpolate(
        knots, size=(size, ELASTIC_KNOTS), mode="bicubic", align_corners=True
    )
    return wide[0, 0]


def _change_thickness(ink: Tensor, most: float, generator: Generator) -> Tensor:
    """Move ink (B, 1, H, W) towards its dilation or its erosion, by ``most`` at most."""
    amount = (_uniform(len(ink), generator) * most)[:, None, None, None]
    thicker, thinner = dilated(ink), -dilated(-ink)
    # Full erosion would wipe a thin line out, so it counts half.
    return ink + amount.clamp(min=0) * (thicker - ink) - amount.clamp(max=0) / 2 * (thinner - ink)


def dilated(ink: Tensor) -> Tensor:
    """Give each pixel of images (B, 1, H, W) the largest value of itself and its eight neighbors.

    On a CPU it takes a tenth of the time of PyTorch's own pooling.
    """
    for axis in (2, 3):
        last = ink.shape[axis] - 1
        largest = ink.clone()
        for one, other in ((0, 1), (1, 0)):
            part = largest.narrow(axis, one, last)
            torch.maximum(part, ink.narrow(axis, other, last), out=part)
        ink = largest
    return ink
