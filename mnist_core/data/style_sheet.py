"""The contact sheet of the pen styles, to look at."""

import torch
from PIL import Image, ImageDraw
from torch import Generator, Tensor

from mnist_core.data import digit_styles, other_styles
from mnist_core.data.hand import RandomSource
from mnist_core.data.pen_styles import draw_styles, render
from mnist_core.ink.frame import IMAGE_SIZE

NAME_WIDTH = 150  # px for a style's name


def contact_sheet(generator: Generator, per_style: int = 12, columns: int = 4) -> Image.Image:
    """Picture all styles: beside its name ``per_style`` drawings of each, dark on light."""
    random = RandomSource(generator)
    pictures: dict[str, Tensor] = {}
    for styles in (digit_styles, other_styles):
        names = styles.names()
        numbers = torch.arange(len(names)).repeat_interleave(per_style)
        ink = render(draw_styles(styles, numbers, random), generator)
        strips = ink.reshape(len(names), per_style, IMAGE_SIZE, IMAGE_SIZE).transpose(1, 2)
        pictures |= dict(
            zip(names, 255 - strips.flatten(2), strict=True)
        )  # each (28, 28 per_style)
    rows = -(-len(pictures) // columns)
    width = NAME_WIDTH + per_style * IMAGE_SIZE
    sheet = Image.new("L", (columns * width, rows * IMAGE_SIZE), 255)
    pen = ImageDraw.Draw(sheet)
    for number, (name, picture) in enumerate(pictures.items()):
        x, y = number // rows * width, number % rows * IMAGE_SIZE
        pen.text((x + 4, y + IMAGE_SIZE // 3), name, fill=0)
        sheet.paste(Image.fromarray(picture.numpy()), (x + NAME_WIDTH, y))
    return sheet
