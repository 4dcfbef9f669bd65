import contextlib
import functools
import io
import struct
import warnings
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

from mnist_core.errors import PictureError
from mnist_core.ink.pictures import see_picture
from mnist_core.model.reading import Reading
from mnist_core.model.recognizer import Recognizer

BOX, SIZE = 20, 28  # px
SEVEN = ((0.2, 0.1), (0.8, 0.1), (0.45, 0.9))  # shares of the digit's square
TWO = ((0.2, 0.3), (0.35, 0.1), (0.65, 0.1), (0.75, 0.3), (0.2, 0.9), (0.8, 0.9))
NAMES = {SEVEN: "7", TWO: "2"}


def sheet(points=SEVEN, size=(400, 300), at=(130, 70), side=160, pen=18, paper=255, ink=0):
    """A gray picture of a polyline with round joints."""
    large = Image.new("L", (size[0] * 2, size[1] * 2), paper)
    draw = ImageDraw.Draw(large)
    places = [(2 * (at[0] + x * side), 2 * (at[1] + y * side)) for x, y in points]
    draw.line(places, fill=ink, width=2 * pen)
    for x, y in places:
        draw.ellipse([x - pen, y - pen, x + pen, y + pen], fill=ink)
    return large.resize(size, Image.Resampling.BOX)


def mnist_like():
    """A 28×28 picture framed as MNIST frames: white on black, 20 px high, 8-bit grays."""
    return Image.fromarray((read(sheet(TWO)) * 255).round().astype(np.uint8))


@functools.cache
def recognizer():
    return Recognizer.load(None, "cpu")


def reading(picture) -> Reading:
    return recognizer().read_picture(picture)


def read(picture):
    """What the network saw in the picture, (28, 28) in [0, 1]; without ink where it is blank."""
    return reading(picture).ink / np.float32(255)


def unlike(one, other):
    """Mean difference as a share of the ink, at the best of the nine shifts by up to 1 px."""
    shifts = [(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    differences = [np.abs(np.roll(one, shift, (0, 1)) - other).sum() for shift in shifts]
    return min(differences) / max(other.sum(), 1e-9)


def encoded(picture, form="PNG", **options):
    buffer = io.BytesIO()
    picture.save(buffer, form, **options)
    return buffer.getvalue()


def noisy(picture, deviation, seed=0):
    values = np.asarray(picture, dtype=np.float64)
    values = values + np.random.default_rng(seed).normal(0, deviation, values.shape)
    return Image.fromarray(values.clip(0, 255).astype(np.uint8))


def lit(picture, light):
    return Image.fromarray((np.asarray(picture) * light).clip(0, 255).astype(np.uint8))


def slope_of_light(size, darkest=0.35):
    return np.linspace(1, darkest, size[0])[None] * np.linspace(1, 0.9, size[1])[:, None]


def edge_of_shadow(size, fade=12, depth=0.5):
    x, y = np.meshgrid(np.arange(size[0]), np.arange(size[1]))
    return 1 - depth / (1 + np.exp(-(x - 0.6 * size[0] + 0.3 * y) / fade))


def ruled(picture, squared, angle=0.0, darkness=0.45, spacing=31, width=2.0):
    values = np.asarray(picture, dtype=np.float64)
    y, x = np.mgrid[: values.shape[0], : values.shape[1]]
    turn = np.deg2rad(angle)
    along, across = np.cos(turn) * x + np.sin(turn) * y, np.cos(turn) * y - np.sin(turn) * x
    lines = np.zeros_like(values)
    for place in (across, along) if squared else (across,):
        distance = np.abs((place / spacing + 0.37) % 1 - 0.5) * spacing
        lines = np.maximum(lines, (width / 2 + 0.5 - distance).clip(0, 1))
    return Image.fromarray((values * (1 - darkness * lines)).astype(np.uint8))


def said(picture):
    answer = reading(picture)
    return answer.number, answer.state


PLAIN = read(sheet())


def test_the_longest_side_is_20_px_and_the_centre_of_mass_at_14():
    for points in (SEVEN, TWO):
        ink = read(sheet(points))
        y, x = np.nonzero(ink > 0.05)
        assert abs(max(np.ptp(y), np.ptp(x)) + 1 - BOX) <= 1
        index = np.arange(SIZE)
        assert abs(ink.sum(axis=1) @ index / ink.sum() - 14) <= 0.51
        assert abs(ink.sum(axis=0) @ index / ink.sum() - 14) <= 0.51
        assert ink.max() == 1


@settings(max_examples=25, deadline=None)
@given(
    x=st.integers(5, 500),
    y=st.integers(5, 300),
    side=st.integers(70, 190),
    inverted=st.booleans(),
    paper=st.integers(190, 255),
    ink=st.integers(0, 90),
)
def test_a_digit_reads_the_same_at_any_place_size_polarity_and_gray(
    x, y, side, inverted, paper, ink
):
    picture = sheet(size=(700, 500), at=(x, y), side=side, pen=side // 9, paper=paper, ink=ink)
    assert unlike(read(ImageOps.invert(picture) if inverted else picture), PLAIN) < 0.2


def test_an_mnist_image_comes_back_as_it_is():
    image = mnist_like()
    wanted = np.asarray(image) / 255
    assert np.abs(read(image) - wanted).max() < 0.04  # fainter than that counts as paper
    assert np.abs(read(ImageOps.invert(image)) - wanted).max() < 0.04


@pytest.mark.parametrize("times", [8, 11.5])
def test_an_enlarged_mnist_image_comes_back_nearly_as_it_is(times):
    image = mnist_like()
    side = round(SIZE * times)
    canvas = Image.new("L", (700, 450))
    canvas.paste(image.resize((side, side), Image.Resampling.BICUBIC), (301, 77))
    assert unlike(read(canvas), np.asarray(image) / 255) < 0.16


@pytest.mark.parametrize("color", [0, 255])
@pytest.mark.parametrize("hidden", [0, 255])
def test_ink_on_transparent_ground_is_read_whatever_its_color(color, hidden):
    alpha = np.asarray(ImageOps.invert(sheet()))
    gray = np.where(alpha > 0, color, hidden).astype(np.uint8)
    picture = Image.fromarray(np.stack([gray, gray, gray, alpha], axis=2))
    assert unlike(read(picture), PLAIN) < 0.05


def test_a_picture_with_transparent_corners_is_read_by_its_colors():
    picture = sheet().convert("RGBA")
    alpha = Image.new("L", picture.size, 0)
    ImageDraw.Draw(alpha).rounded_rectangle([0, 0, 399, 299], radius=40, fill=255)
    picture.putalpha(alpha)
    assert unlike(read(picture), PLAIN) < 0.05


def test_a_wholly_transparent_picture_is_blank():
    assert read(Image.new("RGBA", (200, 200), (0, 0, 0, 0))).max() == 0


@pytest.mark.parametrize(
    ("paper", "ink"),
    [
        ((255, 255, 255), (220, 30, 30)),
        ((255, 240, 120), (40, 60, 200)),
        ((30, 80, 50), (250, 250, 240)),
        ((200, 60, 60), (60, 140, 60)),  # about as bright as each other
    ],
)
def test_colored_ink_on_colored_paper_is_read(paper, ink):
    picture = ImageOps.colorize(sheet(), black=ink, white=paper)
    assert unlike(read(picture), PLAIN) < 0.1


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "I", "F"])
def test_all_modes_are_read(mode):
    assert unlike(read(sheet().convert(mode)), PLAIN) < 0.1


def test_sixteen_bits_are_read():
    values = np.asarray(sheet(paper=230, ink=20)).astype(np.uint16) * 250
    assert unlike(read(Image.fromarray(values)), PLAIN) < 0.1


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_files_and_their_content_are_read(form, tmp_path):
    path = tmp_path / f"seven.{form.lower()}"
    path.write_bytes(encoded(sheet(), form))
    for source in (path, str(path), path.read_bytes()):
        assert unlike(read(source), PLAIN) < 0.1


def test_a_photo_is_turned_as_its_camera_was():
    turned = sheet().transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned by 90 degrees clockwise
    assert unlike(read(encoded(turned, "JPEG", quality=95, exif=exif)), PLAIN) < 0.1
    assert unlike(read(turned), PLAIN) > 0.3


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
@pytest.mark.parametrize("scale", [1, 6])
def test_a_box_is_in_pixels_of_the_picture_however_large_it_is(form, scale):
    picture = sheet(
        TWO,
        size=(400 * scale, 300 * scale),
        at=(130 * scale, 70 * scale),
        side=160 * scale,
        pen=18 * scale,
    )
    [two] = reading(encoded(picture, form)).digits
    ink = np.array([153, 77, 267, 223]) * scale  # with the pen around the line
    assert two.box == pytest.approx(ink, abs=8 * scale)


def test_the_first_frame_of_an_animation_is_read():
    frames = [sheet(TWO), sheet(paper=200)]
    content = encoded(sheet(), "GIF", save_all=True, append_images=frames)
    assert unlike(read(content), PLAIN) < 0.1


@pytest.mark.parametrize("pen", [1, 2, 4, 8])
def test_thin_lines_on_a_large_sheet_survive_and_get_the_width_of_mnist(pen):
    picture = sheet(TWO, (1300, 1000), (300, 150), 700, pen=pen, paper=245, ink=110)
    ink = read(noisy(picture, 3))
    assert unlike(ink, read(sheet(TWO))) < 0.45
    assert 60 < ink.sum() < 160  # the 20 px digit's line is some 45 px long and 2.2 px wide


@pytest.mark.parametrize("size", [(400, 300), (1300, 975)])
@pytest.mark.parametrize("light", [slope_of_light, edge_of_shadow])
def test_uneven_light_does_not_matter(light, size):
    times = size[0] / 400
    place = (int(130 * times), int(70 * times))
    picture = sheet(SEVEN, size, place, int(160 * times), int(18 * times), ink=25)
    assert unlike(read(lit(picture, light(size))), PLAIN) < 0.25


@pytest.mark.parametrize("angle", [0, 2.3, -3.7])
@pytest.mark.parametrize("squared", [False, True])
def test_ruled_and_squared_paper_is_no_ink(squared, angle):
    picture = ruled(sheet(SEVEN, (800, 600), (260, 140), 320, 30, ink=20), squared, angle)
    assert said(picture) == ("7", "sure")
    assert unlike(read(picture), PLAIN) < 0.45  # rules are no part of it


def test_a_line_of_one_pixel_is_never_lost():
    for length in range(101, 150):
        picture = Image.new("L", (170, 170), 255)
        ImageDraw.Draw(picture).line([(80, 10), (80, 9 + length)], fill=0)
        assert read(picture).sum() > 30


def test_pencil_on_squared_paper_is_read():
    picture = sheet(TWO, (1000, 800), (200, 150), 450, pen=5, paper=245, ink=90)
    assert said(ruled(picture, squared=True)) == ("2", "sure")


def test_the_noise_of_a_camera_and_of_jpeg_does_not_matter():
    assert unlike(read(noisy(sheet(paper=215, ink=40), 35)), PLAIN) < 0.45
    assert unlike(read(encoded(sheet(paper=200, ink=130), "JPEG", quality=30)), PLAIN) < 0.15


def test_specks_do_not_move_the_digit():
    picture = sheet()
    draw = ImageDraw.Draw(picture)
    for x, y in ((12, 20), (380, 15), (30, 280), (390, 290), (60, 150), (350, 160)):
        draw.ellipse([x - 2, y - 2, x + 2, y + 2], fill=60)
    assert np.abs(read(picture) - PLAIN).max() < 0.05


def test_a_detached_bar_belongs_to_its_five():
    body = ((0.3, 0.1), (0.25, 0.45), (0.6, 0.45), (0.7, 0.65), (0.55, 0.9), (0.2, 0.85))
    picture = sheet(body)
    without = read(picture)
    ImageDraw.Draw(picture).line([(215, 86), (270, 80)], fill=0, width=18)
    ink = read(picture)
    assert unlike(ink, without) > 0.2
    assert (ink[:9, 17:] > 0.5).any()  # the bar is up on the right
    assert said(picture) == ("5", "sure")


def test_a_sheet_on_a_dark_table_is_looked_at_alone():
    table = Image.new("L", (620, 500), 60)
    table.paste(sheet(paper=235, ink=30), (110, 90))
    for angle in (0, 4):
        assert unlike(read(table.rotate(angle, fillcolor=60)), PLAIN) < 0.4


def test_dark_strips_at_the_rim_of_a_photo_are_no_ink():
    picture = sheet()
    draw = ImageDraw.Draw(picture)
    draw.rectangle([0, 0, 399, 14], fill=50)
    draw.rectangle([0, 0, 11, 299], fill=50)
    assert unlike(read(picture), PLAIN) < 0.1


@pytest.mark.parametrize("paper", [0, 1, 128, 255])
@pytest.mark.parametrize("size", [(1, 1), (1, 300), (2, 3), (28, 28), (640, 480)])
def test_a_blank_sheet_has_no_ink(size, paper):
    assert read(Image.new("L", size, paper)).max() == 0


@pytest.mark.parametrize("size", [(400, 300), (300, 400), (90, 120)])
@pytest.mark.parametrize("light", [slope_of_light, edge_of_shadow])
def test_a_blank_sheet_in_uneven_light_has_no_ink(light, size):
    picture = lit(Image.new("L", size, 240), light(size))
    assert read(picture).max() == 0
    for deviation in (2, 4):
        assert read(noisy(picture, deviation)).max() == 0


def test_a_blank_squared_sheet_has_no_ink():
    picture = ruled(Image.new("L", (800, 600), 240), squared=True, angle=1.7)
    assert read(noisy(picture, 3)).max() == 0


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    width=st.integers(100, 500),
    height=st.integers(100, 500),
    deviation=st.integers(1, 60),
)
def test_the_noise_of_a_camera_alone_has_no_ink(seed, width, height, deviation):
    picture = noisy(Image.new("L", (width, height), 150), deviation, seed)
    assert read(picture).max() == 0


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**31))
def test_tiny_pictures_of_anything_are_read_without_error(width, height, seed):
    values = np.random.default_rng(seed).integers(0, 2, (height, width, 3)) * 255
    read(Image.fromarray(values.astype(np.uint8)))


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n", b"GIF89a"])
def test_what_is_no_picture_is_refused_in_one_sentence(content, tmp_path):
    path = tmp_path / "picture.png"
    path.write_bytes(content)
    with pytest.raises(PictureError, match=r"^The picture can't be opened: .*\.$"):
        see_picture(content)
    for source in (path, str(path)):
        with pytest.raises(PictureError, match=r"^The picture picture.png can't be opened: .*\.$"):
            see_picture(source)


def test_a_missing_file_is_told_apart_from_one_that_is_no_picture(tmp_path):
    with pytest.raises(PictureError, match=r"^There is no file .*absent.png: .*\.$"):
        see_picture(tmp_path / "absent.png")
    with pytest.raises(PictureError, match=r"can't be opened"):  # a folder is no picture
        see_picture(tmp_path)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "TIFF"])
def test_a_truncated_file_is_refused(form):
    content = encoded(noisy(sheet(), 20), form)
    with pytest.raises(PictureError):
        see_picture(content[: len(content) // 2])


@settings(max_examples=60, deadline=None)
@given(
    form=st.sampled_from(["PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP"]),
    changes=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=5),
)
def test_a_damaged_file_is_read_or_refused(form, changes):
    content = bytearray(encoded(sheet(size=(60, 50), at=(15, 5), side=30, pen=4), form))
    for place, value in changes:
        content[int(place * len(content))] = value
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's, about what it found
        with contextlib.suppress(PictureError):
            read(bytes(content))


def png_of_size(width, height):
    """The beginning of a PNG file that claims a size and holds no pixels."""

    def chunk(name, data):
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"")


@pytest.mark.parametrize("size", [(10001, 10000), (1, 100_000_001), (30_000, 30_000)])
def test_a_picture_of_more_than_100_mb_is_refused_before_it_is_decoded(size):
    with pytest.raises(PictureError, match=r"25 megapixels.* save it as a JPEG"):
        see_picture(png_of_size(*size))  # decoding would fail otherwise


def test_an_open_picture_of_more_than_100_mb_is_refused():
    with pytest.raises(PictureError, match="25 megapixels"):
        see_picture(Image.new("1", (10001, 10000)))
    with pytest.raises(PictureError, match="25 megapixels"):
        see_picture(Image.new("RGB", (5001, 5000)))


def test_the_name_of_a_file_that_is_too_large_is_told(tmp_path):
    path = tmp_path / "{poster}.png"
    path.write_bytes(png_of_size(30_000, 30_000))
    with pytest.raises(PictureError, match=r"^The picture \{poster\}.png is larger"):
        see_picture(path)


def test_a_jpeg_counts_by_the_size_at_which_it_is_decoded():
    photo = sheet(paper=230).resize((8064, 6048), Image.Resampling.NEAREST)
    assert said(encoded(photo.convert("RGB"), "JPEG", quality=30)) == ("7", "sure")


def test_a_black_and_white_scan_of_35_megapixels_is_read():
    page = Image.new("1", (4962, 7014), 1)
    page.paste(
        sheet().resize((1600, 1200)).point(lambda v: 255 * (v > 127)).convert("1"), (900, 2500)
    )
    assert said(encoded(page, "TIFF", compression="group4")) == ("7", "sure")


def test_the_first_frame_with_ink_is_read():
    blank = Image.new("L", (400, 300), 255)
    content = encoded(blank, "GIF", save_all=True, append_images=[sheet(), sheet(TWO)])
    assert said(content) == ("7", "sure")


@pytest.mark.parametrize("odd", [np.inf, -np.inf, np.nan])
def test_infinities_in_a_picture_of_floats_are_its_lightest_and_darkest(odd):
    values = np.asarray(sheet(), dtype=np.float32) / 255
    values[:20, :20] = odd if odd != -np.inf else 1  # on the paper
    values[values == 0] = 0 if odd != -np.inf else odd  # as ink
    assert said(Image.fromarray(values)) == ("7", "sure")
    assert said(Image.fromarray(np.full((50, 50), odd, dtype=np.float32))) == (None, "blank")


def test_an_open_picture_without_pixels_is_refused():
    with pytest.raises(PictureError, match="empty"):
        see_picture(Image.new("L", (0, 10)))


def test_the_given_picture_is_left_as_it_was():
    picture = sheet().convert("RGBA")
    before = picture.tobytes()
    read(picture)
    assert picture.tobytes() == before
    assert picture.mode == "RGBA"


# --- kinds of pictures -----------------------------------------------------------------------


def bordered(picture, width, color):
    """The picture with a frame on its very edge."""
    framed = picture.copy()
    size = (picture.width - 1, picture.height - 1)
    ImageDraw.Draw(framed).rectangle([(0, 0), size], outline=color, width=width)
    return framed


def square(points=SEVEN, side=200, **options):
    return sheet(points, (side, side), (side // 5, side // 5), side * 3 // 5, side // 16, **options)


@pytest.mark.parametrize("points", [SEVEN, TWO])
@pytest.mark.parametrize("margin", [1, 3, 30])
def test_a_dark_tile_with_light_around_it_is_read(points, margin):
    tile = ImageOps.invert(square(points))
    assert said(ImageOps.expand(tile, margin, 255))[0] == NAMES[points]
    assert said(ImageOps.expand(tile.resize((28, 28)), min(margin, 3), 255))[0] == NAMES[points]


@pytest.mark.parametrize("side", [28, 100, 280, 600])
@pytest.mark.parametrize("inverted", [False, True])
def test_a_thin_frame_on_the_very_edge_is_no_ink(side, inverted):
    picture = bordered(square(side=side), max(1, side // 70), 0)
    assert said(ImageOps.invert(picture) if inverted else picture)[0] == "7"


@pytest.mark.parametrize("reach", [75, 90])
def test_a_box_or_circle_around_a_digit_is_no_ink(reach):
    corners = [150 - reach, 150 - reach, 150 + reach, 150 + reach]
    for shape in ("rectangle", "ellipse"):
        picture = sheet(SEVEN, (300, 300), (105, 105), 90, 9)
        getattr(ImageDraw.Draw(picture), shape)(corners, outline=0, width=4)
        assert said(picture)[0] == "7"


@pytest.mark.parametrize("points", [SEVEN, TWO])
def test_a_digit_that_crosses_its_box_is_read(points):
    picture = sheet(points, (300, 300), (90, 80), 120, 9)
    ImageDraw.Draw(picture).rectangle([106, 104, 178, 168], outline=0, width=4)
    assert said(picture)[0] == NAMES[points]


@pytest.mark.parametrize(("ink", "paper"), [(40, 230), (200, 90)])
@pytest.mark.parametrize("to", [(215, 300), (275, 300), (300, 240)])
def test_what_paper_lies_on_is_no_digit(to, ink, paper):
    picture = Image.new("L", (300, 300), paper)
    corners = [(240, 0), (300, 0), *([(300, 300)] if to[0] < 300 else []), to]
    ImageDraw.Draw(picture).polygon(corners, fill=ink)
    assert said(picture) == (None, "blank")
    digit = sheet(SEVEN, (300, 300), (70, 70), 120, 16, paper, ink)
    ImageDraw.Draw(digit).polygon(corners, fill=ink)
    assert said(digit) == ("7", "sure")


@pytest.mark.parametrize("pen", [12, 24, 30])
def test_a_crop_to_the_ink_is_read(pen):
    for points in (SEVEN, TWO):
        picture = sheet(points, (300, 300), (70, 70), 160, pen)
        crop = picture.crop(ImageOps.invert(picture).getbbox())
        for each in (crop, ImageOps.invert(crop), crop.resize((24, 30)), crop.resize((28, 28))):
            assert said(each)[0] == NAMES[points]


@pytest.mark.parametrize("size", [(16, 20), (14, 18), (10, 14)])
def test_a_small_crop_that_is_a_pixel_too_large_is_read(size):
    picture = sheet(SEVEN, (300, 300), (70, 70), 160, 24)
    crop = picture.crop(ImageOps.invert(picture).getbbox()).resize(size)
    assert said(ImageOps.expand(crop, (1, 0, 0, 1), 255))[0] == "7"


@pytest.mark.parametrize("how", [Image.Resampling.BICUBIC, Image.Resampling.NEAREST])
def test_a_small_icon_that_was_enlarged_is_read(how):
    icon = square(side=200).resize((12, 12), Image.Resampling.BOX)
    assert said(icon.resize((240, 240), how))[0] == "7"


@pytest.mark.parametrize("side", [61, 145, 300])
def test_an_enlargement_that_repeated_each_pixel_is_undone(side):
    icon = square(TWO, side=200).resize((10, 10), Image.Resampling.BOX)
    blocks = icon.resize((side, side), Image.Resampling.NEAREST)
    assert np.array_equal(read(blocks), read(icon))
    [box] = [each.box for each in reading(blocks).digits]
    assert 0 <= box[0] < box[2] <= side


def test_a_tiny_picture_full_of_ink_is_not_blank():
    picture = sheet(TWO, (300, 300), (70, 70), 160, 24)
    crop = picture.crop(ImageOps.invert(picture).getbbox())
    assert said(crop.resize((8, 8), Image.Resampling.BOX))[0] == "2"


def test_a_blurred_marker_is_read():
    picture = sheet(TWO, (400, 400), (100, 90), 220, 28).filter(ImageFilter.GaussianBlur(10))
    assert said(picture)[0] == "2"


def test_an_underline_is_no_ink():
    picture = sheet(SEVEN, (200, 200), (50, 40), 100, 8)
    ImageDraw.Draw(picture).line([40, 155, 160, 155], fill=0, width=8)
    assert said(picture)[0] == "7"


def test_a_small_crop_of_squared_paper_is_read():
    picture = sheet(SEVEN, (96, 96), (20, 20), 56, 5, ink=30)
    assert said(ruled(picture, squared=True, spacing=19, width=1))[0] == "7"


def test_a_dithered_picture_is_read():
    assert said(sheet(TWO, paper=225, ink=60).convert("1"))[0] == "2"


def test_a_small_digit_in_a_large_page_is_read():
    picture = sheet(TWO, (1600, 1200), (1000, 300), 32, 3)
    assert said(picture)[0] == "2"


@pytest.mark.parametrize("opacity", [60, 128, 255])
@pytest.mark.parametrize("colors", [("black", "black"), ("black", "red"), ("yellow", "white")])
def test_ink_on_transparency_is_read_at_any_opacity_and_in_any_colors(opacity, colors):
    alpha = np.asarray(ImageOps.invert(sheet(TWO)), dtype=float) / 255
    picture = Image.new("RGBA", (400, 300), colors[0])
    picture.paste(colors[1], (0, 150, 400, 300))
    picture.putalpha(Image.fromarray((alpha * opacity).astype(np.uint8)))
    assert said(picture)[0] == "2"


@pytest.mark.parametrize("inverted", [False, True])
def test_a_row_of_digits_is_a_number(inverted):
    picture = Image.new("L", (700, 300), 255)
    for place, points in enumerate((SEVEN, TWO, SEVEN)):
        picture.paste(sheet(points, (220, 300), (40, 60), 150, 14), (20 + 220 * place, 0))
    answer = reading(ImageOps.invert(picture) if inverted else picture)
    assert answer.number == "727"
    assert answer.digit is None
    assert [each.digit for each in answer.digits] == [7, 2, 7]
    for place, each in enumerate(answer.digits):  # in px of the picture
        assert 20 + 220 * place < each.box[0] < each.box[2] < 240 + 220 * place
        assert 60 < each.box[1] < each.box[3] < 220


def test_near_digits_are_not_taken_for_parts_of_a_larger_thing():
    gray = np.minimum(*(sheet(TWO, (200, 100), (x, 20), 60, 10) for x in (30, 77)))
    plain = next(see_picture(Image.fromarray(gray))).ways[0]
    rings = [each.terms["ring"] for each in plain.candidates if each.ink >= 0]
    assert len(rings) == 3  # each alone, and both as one
    assert max(rings) < 0.05


def test_digits_in_a_row_of_boxes_are_a_number():
    picture = Image.new("L", (800, 240), 255)
    for place, points in enumerate((TWO, SEVEN, TWO, SEVEN, SEVEN)):
        picture.paste(bordered(square(points, 140), 2, 90), (50 + 140 * place, 50))
    assert reading(picture).number == "27277"


@pytest.mark.parametrize("points", [SEVEN, TWO])
@pytest.mark.parametrize("share", [0.78, 0.82])
def test_a_digit_as_large_as_the_box_that_it_crosses_is_read(points, share):
    picture = sheet(points, (300, 300), (70, 70), 160, 12)
    half = round(0.5 * share * 140)
    corners = [150 - half, 150 - half, 150 + half, 150 + half]
    ImageDraw.Draw(picture).rectangle(corners, outline=0, width=5)
    assert said(picture)[0] == NAMES[points]


@pytest.mark.parametrize("size", [20, 40])
def test_where_a_picture_holds_more_than_was_read_it_says_so(size):
    picture = sheet(at=(30, 70))
    assert reading(picture).unread == 0
    draw = ImageDraw.Draw(picture)
    draw.text((230, 120), "Kitten", fill=0, font=ImageFont.load_default(size))
    assert reading(picture).number == "7"
    assert reading(picture).unread > 1


@pytest.mark.parametrize("points", [SEVEN, TWO])
@pytest.mark.parametrize("inverted", [False, True])
def test_a_digit_on_a_screen_with_words_and_buttons_is_read(points, inverted):
    screen = Image.new("L", (900, 1500), 242)
    draw = ImageDraw.Draw(screen)
    draw.text((60, 30), "Handwritten digits", fill=0, font=ImageFont.load_default(80))
    draw.text((60, 130), "Draw one digit", fill=90, font=ImageFont.load_default(60))
    draw.rounded_rectangle([60, 220, 840, 1000], 30, fill=255)
    screen.paste(sheet(points, (700, 700), (180, 180), 340, 34), (100, 260))
    for y, word in ((1060, "Check"), (1220, "Clear")):
        draw.rounded_rectangle([60, y, 840, y + 110], 30, fill=110)
        draw.text((360, y + 30), word, fill=255, font=ImageFont.load_default(50))
    assert said(ImageOps.invert(screen) if inverted else screen)[0] == NAMES[points]


@pytest.mark.parametrize(("points", "side"), [(SEVEN, 240), (TWO, 200)])
def test_a_screen_as_a_whole_is_not_read_as_what_it_hardly_looks_like(points, side):
    screen = Image.new("L", (1000, 760), 242)
    draw = ImageDraw.Draw(screen)
    fonts = [ImageFont.load_default(size) for size in (20, 22, 34)]
    draw.text((80, 60), "Handwritten digit recognition", fill=0, font=fonts[2])
    draw.text((80, 105), "Draw a single digit below", fill=110, font=fonts[0])
    draw.rounded_rectangle([80, 140, 480, 540], 18, fill=255)
    middle = (398 - side) // 2
    screen.paste(sheet(points, (398, 398), (middle, middle), side, 20), (81, 141))
    for y, paper, ink, word in (
        (160, 60, 255, "Predict"),
        (230, 255, 0, "Clear"),
        (300, 255, 0, "Undo"),
    ):
        draw.rounded_rectangle([510, y, 660, y + 50], 10, fill=paper, outline=210)
        draw.text((545, y + 12), word, fill=ink, font=fonts[1])
    assert said(screen)[0] == NAMES[points]


def test_an_opaque_alpha_channel_costs_nothing():
    picture = bordered(square(TWO), 3, 0)
    ways, with_alpha = (
        [way.terms for seen in see_picture(picture.convert(mode)) for way in seen.ways]
        for mode in ("RGB", "RGBA")
    )
    assert ways == with_alpha


@pytest.mark.parametrize("squared", [False, True])
def test_paper_and_specks_are_nothing_that_was_left_unread(squared):
    assert reading(ruled(sheet(), squared)).unread == 0
    speckled = sheet()
    for x, y in ((20, 30), (350, 40), (60, 270)):
        ImageDraw.Draw(speckled).ellipse([x, y, x + 13, y + 13], fill=0)
    assert reading(speckled).unread == 0


@pytest.mark.parametrize(("ends", "tilt"), [((20, 660), 20), ((-20, 720), -50)])
def test_a_pen_on_the_sheet_is_no_ink(ends, tilt):
    picture = sheet(TWO, size=(900, 700), at=(220, 230), side=260, pen=24)
    path = [700 - tilt, ends[0], 700 + tilt, ends[1]]
    ImageDraw.Draw(picture).line(path, fill=70, width=40)
    assert said(picture)[0] == "2"


@pytest.mark.parametrize("inside", [60, 255])
@pytest.mark.parametrize("size", [(99, 275), (81, 254)])
def test_a_narrow_tile_or_an_empty_box_is_not_surely_a_one_or_zero(size, inside):
    box = Image.new("L", size, 255)
    corners = [10, 10, size[0] - 11, size[1] - 11]
    ImageDraw.Draw(box).rectangle(corners, fill=inside, outline=0, width=3)
    assert reading(box).state != "sure"


def test_what_is_no_digit_is_never_sure():
    face = Image.new("L", (300, 300), 255)
    draw = ImageDraw.Draw(face)
    draw.ellipse([50, 50, 250, 250], outline=0, width=8)
    draw.arc([100, 100, 200, 200], 20, 160, fill=0, width=8)
    for x in (110, 170):
        draw.ellipse([x, 110, x + 18, 128], fill=0)
    tile = Image.new("L", (300, 300), 255)
    ImageDraw.Draw(tile).rectangle([60, 50, 220, 240], fill=40)
    disc = Image.new("L", (300, 300), 255)
    ImageDraw.Draw(disc).ellipse([100, 100, 200, 200], fill=40)
    cross = sheet(((0.1, 0.1), (0.9, 0.9), (0.5, 0.5), (0.9, 0.1), (0.1, 0.9)))
    for picture in (face, tile, disc, cross, bordered(Image.new("L", (200, 200), 255), 3, 0)):
        assert reading(picture).state != "sure"
