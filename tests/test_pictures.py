import contextlib
import io
import struct
import warnings
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageOps

from mnist_core.errors import PictureError
from mnist_core.ink import pictures
from mnist_core.ink.pictures import ink_from_picture

BOX, SIZE = 20, 28  # px
SEVEN = ((0.2, 0.1), (0.8, 0.1), (0.45, 0.9))  # shares of the digit's square
TWO = ((0.2, 0.3), (0.35, 0.1), (0.65, 0.1), (0.75, 0.3), (0.2, 0.9), (0.8, 0.9))


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


def read(picture):
    ink = ink_from_picture(picture)
    assert ink.shape == (1, 1, SIZE, SIZE)
    assert ink.dtype.is_floating_point
    assert float(ink.min()) >= 0
    assert float(ink.max()) <= 1
    return ink[0, 0].numpy()


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


def test_the_first_frame_of_an_animation_is_read():
    frames = [sheet(TWO), sheet(paper=200)]
    content = encoded(sheet(), "GIF", save_all=True, append_images=frames)
    assert unlike(read(content), PLAIN) < 0.1


@pytest.mark.parametrize("pen", [1, 2, 4, 8])
def test_thin_lines_on_a_large_sheet_survive_and_get_the_width_of_mnist(pen):
    picture = sheet(TWO, (1300, 1000), (300, 150), 700, pen=pen, paper=245, ink=110)
    ink = read(noisy(picture, 3))
    assert unlike(ink, read(sheet(TWO))) < 0.35
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
    picture = sheet(SEVEN, (800, 600), (260, 140), 320, 30, ink=20)
    assert unlike(read(ruled(picture, squared, angle)), PLAIN) < 0.25


def test_a_line_of_one_pixel_is_never_lost():
    for length in range(101, 150):
        picture = Image.new("L", (170, 170), 255)
        ImageDraw.Draw(picture).line([(80, 10), (80, 9 + length)], fill=0)
        assert read(picture).sum() > 30


def test_pencil_on_squared_paper_is_read():
    picture = sheet(TWO, (1000, 800), (200, 150), 450, pen=5, paper=245, ink=90)
    assert unlike(read(ruled(picture, squared=True)), read(sheet(TWO))) < 0.4


def test_straight_strokes_are_no_rules():
    equal_sides = ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9), (0.1, 0.1))
    wanted = read(sheet(equal_sides))
    picture = sheet(equal_sides, (300, 300), (5, 5), 290, 32)
    assert unlike(read(picture), wanted) < 0.2


def test_the_noise_of_a_camera_and_of_jpeg_does_not_matter():
    assert unlike(read(noisy(sheet(paper=215, ink=40), 35)), PLAIN) < 0.25
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


@pytest.mark.parametrize("light", [slope_of_light, edge_of_shadow])
def test_a_blank_sheet_in_uneven_light_has_no_ink(light):
    picture = lit(Image.new("L", (400, 300), 240), light((400, 300)))
    assert read(picture).max() == 0
    assert read(noisy(picture, 4)).max() == 0


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
    for source in (content, path, tmp_path / "absent.png", tmp_path):
        with pytest.raises(PictureError, match=r"^The picture can't be opened: .*\.$"):
            ink_from_picture(source)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "TIFF"])
def test_a_truncated_file_is_refused(form):
    content = encoded(noisy(sheet(), 20), form)
    with pytest.raises(PictureError):
        ink_from_picture(content[: len(content) // 2])


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


@pytest.mark.parametrize("size", [(5001, 5000), (1, 25_000_001), (30_000, 30_000)])
def test_a_picture_over_25_megapixels_is_refused_before_it_is_decoded(size):
    with pytest.raises(PictureError, match=r"25 megapixels"):  # decoding would fail otherwise
        ink_from_picture(png_of_size(*size))


def test_an_open_picture_over_25_megapixels_is_refused():
    assert pictures.MAX_PIXELS == 25_000_000
    with pytest.raises(PictureError, match="25 megapixels"):
        ink_from_picture(Image.new("1", (5001, 5000)))


def test_an_open_picture_without_pixels_is_refused():
    with pytest.raises(PictureError, match="empty"):
        ink_from_picture(Image.new("L", (0, 10)))


def test_the_given_picture_is_left_as_it_was():
    picture = sheet().convert("RGBA")
    before = picture.tobytes()
    read(picture)
    assert picture.tobytes() == before
    assert picture.mode == "RGBA"
