"""Faces drawn by program, photo-like, anime and cartoon: the embedded stand-in for CelebA and its relatives.

Every face is a handful of sampled attributes, so what a GAN has learned of them can be counted. A face is drawn on a
canvas `SUPERSAMPLING` times the asked size and reduced, which smooths the edges. Lengths are in head units: x to the
right and y down, about -1 to 1 across the picture; z points at the viewer, and turning the head rotates (x, z).
"""

from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from types import SimpleNamespace

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from gancourse import GancourseError

SUPERSAMPLING = 3
Strokes = tuple[tuple[float, float], ...]  # the points of an outline

SKIN = {
    "porcelain": (250, 224, 208), "fair": (244, 206, 178), "beige": (232, 185, 148),
    "tan": (212, 159, 116), "bronze": (184, 127, 86), "brown": (150, 98, 66),
    "umber": (114, 73, 51), "deep": (84, 54, 41),
}  # fmt: skip
HAIR = {
    "black": (40, 34, 36), "brown": (96, 60, 40), "auburn": (150, 70, 38), "blond": (226, 184, 106),
    "silver": (198, 200, 208), "red": (208, 54, 52), "pink": (244, 148, 180), "blue": (66, 112, 214),
    "green": (66, 160, 108), "violet": (138, 92, 196),
}  # fmt: skip
EYES = {
    "brown": (106, 64, 34), "hazel": (160, 110, 44), "green": (70, 140, 80), "blue": (62, 128, 200),
    "violet": (140, 80, 200), "red": (204, 54, 64),
}  # fmt: skip
BACKGROUND = {  # top and bottom
    "sky": ((104, 170, 226), (206, 230, 242)), "sunset": ((240, 150, 90), (250, 214, 150)),
    "forest": ((46, 96, 70), (136, 176, 106)), "studio": ((176, 176, 180), (226, 224, 220)),
    "night": ((24, 28, 60), (74, 66, 120)), "rose": ((226, 132, 150), (248, 206, 206)),
}  # fmt: skip
CLOTHES = {
    "white": (238, 236, 232), "black": (46, 46, 54), "red": (190, 52, 52), "navy": (44, 66, 120),
    "green": (60, 120, 90), "mustard": (222, 170, 62),
}  # fmt: skip
ATTRIBUTES = {
    "skin": tuple(SKIN),
    "hair_colour": tuple(HAIR),
    "hair_cut": ("bald", "short", "bob", "long", "curly", "bun", "ponytail"),
    "fringe": ("open", "swept", "straight"),
    "eye_colour": tuple(EYES),
    "glasses": ("none", "round", "square", "sunglasses"),
    "hat": ("none", "cap", "beanie"),
    "smile": ("neutral", "smile", "open"),
    "beard": ("none", "moustache", "full"),
    "background": tuple(BACKGROUND),
    "clothes": tuple(CLOTHES),
}
WHITE, INK, GLOW, RED = (252, 250, 248), (44, 30, 36), (255, 238, 218), (206, 56, 66)


@dataclass(frozen=True)
class Style:
    """What makes a style: its palette, its proportions, how it inks and how it shades."""

    hair_colours: tuple
    eye_colours: tuple
    cuts: tuple  # weights of the hair cuts
    beards: bool
    head: tuple  # right half of the outline, crown to chin
    eye: tuple  # x and y of the centre, half width, half height
    iris: tuple  # half width and half height, as shares of the eye's
    nose: float  # y of its tip
    mouth: tuple  # y, half width
    locks: int  # in a fringe
    fringe: float  # y of its tips
    neck: float  # half its width
    strands: int
    line: float  # width of the outlines, 0: none
    soft: float  # blur of the shadows' edges, 0: hard, as in cel animation
    shade: float  # depth of the shadows


NATURAL = ("black", "brown", "auburn", "blond", "silver")
HUMAN = ("brown", "hazel", "green", "blue")
STYLE = {
    "photo": Style(
        NATURAL, HUMAN, (1, 4, 2, 3, 2, 1.5, 1.5), True,
        ((0, -0.70), (0.30, -0.64), (0.48, -0.38), (0.52, -0.04), (0.49, 0.24), (0.40, 0.49), (0.22, 0.67), (0, 0.72)),
        eye=(0.24, 0.02, 0.135, 0.070), iris=(0.48, 1.02), nose=0.27, mouth=(0.465, 0.185), neck=0.22,
        locks=9, fringe=-0.20, strands=28, line=0, soft=0.10, shade=0.36,
    ),
    "anime": Style(
        tuple(HAIR), tuple(EYES), (0, 4, 2.5, 3.5, 1, 1.5, 2.5), False,
        ((0, -0.70), (0.32, -0.64), (0.50, -0.38), (0.54, -0.04), (0.52, 0.20), (0.41, 0.42), (0.16, 0.63), (0, 0.70)),
        eye=(0.265, 0.13, 0.170, 0.190), iris=(0.70, 0.95), nose=0.37, mouth=(0.50, 0.125), neck=0.17,
        locks=6, fringe=-0.02, strands=7, line=0.013, soft=0, shade=0.20,
    ),
    "cartoon": Style(
        tuple(HAIR), tuple(EYES), (1, 4, 2, 2.5, 2, 1.5, 1.5), True,
        ((0, -0.70), (0.32, -0.65), (0.50, -0.42), (0.55, -0.06), (0.56, 0.24), (0.50, 0.50), (0.32, 0.68), (0, 0.74)),
        eye=(0.235, 0.03, 0.145, 0.135), iris=(0.56, 0.66), nose=0.27, mouth=(0.47, 0.21), neck=0.20,
        locks=4, fringe=-0.22, strands=0, line=0.032, soft=0, shade=0.14,
    ),
}  # fmt: skip
STYLES = tuple(STYLE)


def sample(style: str, seed: int, index: int) -> SimpleNamespace:
    """One person: a value of each of `ATTRIBUTES` by name, and what varies continuously.

    Hats, glasses and beards are the exception, as on photographs; beards go with broad jaws.
    """
    rng, look = np.random.default_rng([seed, STYLES.index(style), index]), STYLE[style]

    def one(name, weights=None):
        values = ATTRIBUTES[name]
        share = np.cumsum(weights or [1] * len(values))
        return values[np.searchsorted(share, rng.random() * share[-1], side="right")]

    f = SimpleNamespace(style=look, jaw=rng.random(), pose=rng.uniform(-1, 1))
    f.hair_cut = one("hair_cut", look.cuts)
    if f.jaw > 0.6 and f.hair_cut in ("bob", "ponytail"):
        f.hair_cut = "short"
    bearded = look.beards and f.jaw > 0.5 and f.hair_cut in ("bald", "short", "curly")
    f.beard = one("beard", (3, 1, 2) if bearded else (1, 0, 0))
    f.fringe = one("fringe", (1, 0, 0) if f.hair_cut in ("bald", "curly") else None)
    f.hair_colour = one("hair_colour", [name in look.hair_colours for name in HAIR])
    f.eye_colour = one("eye_colour", [name in look.eye_colours for name in EYES])
    f.glasses, f.hat = one("glasses", (8, 1, 1, 1)), one("hat", (10, 1, 1))
    f.skin, f.smile = one("skin"), one("smile")
    f.background, f.clothes = one("background"), one("clothes")
    f.side = 1 if rng.random() < 0.5 else -1  # of the parting and of the shadow
    f.wobble = rng.uniform(-1, 1, 40)  # irregularities
    return f


@lru_cache(2000)
def mix(a, b, share):
    """The colour `share` of the way from a to b."""
    return tuple(round(p + (q - p) * share) for p, q in zip(a, b, strict=True))


@lru_cache(2000)
def shadow(colour, depth):
    """A darker, slightly warmer tone."""
    red, green, blue = colour
    keep, lose = 1 - 0.85 * depth, 1 - 1.05 * depth
    return round(red * keep), round(green * lose), round(blue * lose)


def curve(points, closed=False, steps=7):
    """A smooth curve (Catmull-Rom spline) through control points: (n, d) to about (n · steps, d)."""
    p = np.asarray(points, float)
    p = np.vstack([p[-1:], p, p[:2]] if closed else [2 * p[0] - p[1], p, 2 * p[-1] - p[-2]])
    t = np.arange(steps)[:, None] / steps
    weights = [2 * t**2 - t - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, t**3 - t**2]
    pieces = np.stack([p[:-3], p[1:-2], p[2:-1], p[3:]], 1)
    smooth = (np.hstack(weights) / 2 @ pieces).reshape(-1, p.shape[1])
    return smooth if closed else np.vstack([smooth, p[-2]])


def lift(points, z=None):
    """Points (n, 2) put into space: at depth z, or on the surface of the face."""
    points = np.asarray(points, float)
    if z is None:
        z = 0.9 * np.sqrt(np.maximum(0.56**2 - points[:, 0] ** 2, 0))
    return np.column_stack([points, np.broadcast_to(z, len(points))])


# Control points that do not vary continuously make the same few hundred shapes again and again.
@lru_cache(2000)
def shape(*strokes, z=None, mirror=False, closed=False):
    """A shape (n, 3): smooth strokes, each a tuple of (x, y), joined by corners.

    `mirror` takes one stroke as the right half, top to bottom, and adds the left.
    """
    if mirror:
        strokes = (strokes[0] + tuple((-x, y) for x, y in strokes[0][::-1] if x),)
    return lift(np.vstack([curve(stroke, closed or mirror) for stroke in strokes]), z)


@lru_cache(2000)
def oval(x, y, rx, ry, z=None):
    angle = np.linspace(0, 2 * np.pi, 28, endpoint=False)
    return lift(np.column_stack([x + rx * np.cos(angle), y + ry * np.sin(angle)]), z)


@cache
def brush(width, height, opacity):
    """A soft oval, what all gradual shading is painted with."""
    r = np.minimum(np.hypot(*np.ogrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]), 1)
    return Image.fromarray(np.round(255 * opacity * (1 - r) ** 2 * (1 + 2 * r)).astype(np.uint8))


class Canvas:
    """A picture to draw one face on."""

    def __init__(self, face, size: int):
        self.style, self.side, self.n = face.style, face.side, size * SUPERSAMPLING
        self.image = Image.new("RGB", (self.n, self.n))
        self.pen = ImageDraw.Draw(self.image)
        self.unit = 0.53 * self.n  # pixels in a head unit
        cos, sin = np.cos(0.3 * face.pose), np.sin(0.3 * face.pose)
        self.turn = self.unit * np.array([[cos, 0], [0, 1], [sin, 0]])
        # The axis runs between the eyes, which so stay in place, as in aligned photographs.
        self.origin = np.array([0.5 * self.n - 0.45 * sin * self.unit, 0.53 * self.n])

    def at(self, points):
        """Points in space to pixels."""
        return points @ self.turn + self.origin

    def polygon(self, points, colour):
        self.pen.polygon(self.at(points).ravel().tolist(), colour)

    def line(self, points, colour, width):
        self.pen.line(self.at(points).ravel().tolist(), colour, max(1, round(width * self.unit)))

    def mask(self, shapes, value=255):
        """The union of shapes, given in pixels."""
        mask = Image.new("L", (self.n, self.n))
        pen = ImageDraw.Draw(mask)
        for pixels in shapes:
            pen.polygon(pixels.ravel().tolist(), value)
        return mask

    def paste(self, colour, mask):
        if box := mask.getbbox():
            self.image.paste(colour, box, mask.crop(box))

    @contextmanager
    def inside(self, mask):
        """What is drawn in this block shows only where the mask is."""
        under = self.image
        self.image = under.copy()
        self.pen = ImageDraw.Draw(self.image)
        yield
        if box := mask.getbbox():
            under.paste(self.image.crop(box), box, mask.crop(box))
        self.image, self.pen = under, ImageDraw.Draw(under)

    def fill(self, shapes, colour, depth=1.0):
        """Ink the outline of the union of shapes, fill it, shade the edge away from the light; gives the mask."""
        if self.style.line:
            for pixels in shapes:
                grown = grow(pixels, self.style.line * self.unit)
                self.pen.polygon(grown.ravel().tolist(), shadow(mix(colour, INK, 0.4), 0.45))
        mask = self.mask(shapes)
        self.paste(colour, mask)
        if depth:
            self.paste(shadow(colour, depth * self.style.shade), self.away(mask))
        return mask

    def away(self, mask):
        """The edge of a mask on the side away from the light: what a copy moved towards the light leaves bare."""
        scale = SUPERSAMPLING if self.style.soft else 1  # a soft edge needs no resolution
        small = mask.reduce(scale)
        reach = round(-0.09 * self.unit / scale)
        moved = Image.new("L", small.size, 255)
        moved.paste(small, (reach * self.side, reach))
        return ImageChops.multiply(mask, self.soften(ImageChops.invert(moved)))

    def soften(self, mask, share=1.0):
        """Blur as the style does; from any size to the canvas's."""
        if self.style.soft:
            mask = mask.reduce(SUPERSAMPLING) if mask.width == self.n else mask
            blur = ImageFilter.GaussianBlur(share * self.style.soft * self.unit / SUPERSAMPLING)
            mask = mask.filter(blur).resize((self.n, self.n), Image.Resampling.BILINEAR)
        return mask

    def spot(self, x, y, rx, ry, colour, opacity, clip=None, z=0.45):
        """A soft oval."""
        tool = brush(max(2, round(2 * rx * self.unit)), max(2, round(2 * ry * self.unit)), opacity)
        centre = self.at(np.array([x, y, z]))
        left, top = np.round(centre - np.array(tool.size) / 2).astype(int).tolist()
        if clip is not None:
            box = (left, top, left + tool.width, top + tool.height)
            tool = ImageChops.multiply(tool, clip.crop(box))
        self.image.paste(colour, (left, top), tool)


def grow(pixels, width):
    """A polygon with every corner moved outwards by `width`."""
    along = np.concatenate([pixels[1:], pixels[:1]]) - np.concatenate([pixels[-1:], pixels[:-1]])
    normal = along[:, ::-1] * (1, -1) / (np.hypot(along[:, 0], along[:, 1])[:, None] + 1e-9)
    clockwise = np.sign(np.sum(pixels[:, 0] * along[:, 1] - pixels[:, 1] * along[:, 0]))
    return pixels + clockwise * width * normal


def draw_background(c, f):
    top, bottom = BACKGROUND[f.background]
    if c.style.strands:
        pair = Image.fromarray(np.array([[top], [bottom]], np.uint8))
        c.image.paste(pair.resize((c.n, c.n), Image.Resampling.BILINEAR, box=(0, 0.5, 1, 1.5)))
    else:
        c.image.paste(top, (0, 0, c.n, c.n))
        c.polygon(oval(0.3 * f.side, 0.1, 0.95, 0.95, z=0), mix(top, bottom, 0.7))
    if c.style.soft:
        for x, y, r in f.wobble[:9].reshape(3, 3).tolist():
            haze = round(0.3 + 0.2 * r, 1)
            c.spot(x, 0.9 * y - 0.1, 0.3, 0.3, mix(bottom, WHITE, 0.3), haze, z=0)


def draw_body(c, f, head):
    skin = SKIN[f.skin]
    neck = shape(((1, 0.2), (1.05, 0.75), (1.6, 1.2)), z=0, mirror=True)
    neck = neck * (c.style.neck * (0.9 + 0.3 * f.jaw), 1, 1)
    mask = c.fill([c.at(neck)], shadow(skin, 0.05), 0)
    cast = c.soften(c.mask([head + c.unit * np.array([0.03 * f.side, 0.09])]))
    c.paste(shadow(skin, 1.4 * c.style.shade), ImageChops.multiply(mask, cast))
    right = ((0.25, 0.80), (0.50, 0.87), (0.85, 0.95), (1.3, 1.2))
    left = tuple((-x, y) for x, y in right[::-1])
    neckline = ((-0.25, 0.80), (0, 0.97), (0.25, 0.80))
    c.fill([c.at(shape(right, left, neckline, z=0))], CLOTHES[f.clothes])


def head_pixels(c, f):
    """The outline of the face; the jaw lies nearer the viewer than the skull."""
    x, y, _ = shape(c.style.head, mirror=True).T
    low = np.clip(y, 0, 0.6)
    broad = x * (1 + 0.3 * (f.jaw - 0.5) * low)
    return c.at(np.column_stack([broad, y + 0.06 * f.wobble[12] * low, 0.45 * low]))


def draw_head(c, f, head, front):
    skin, s, (ex, ey) = SKIN[f.skin], f.side, c.style.eye[:2]
    ears = [c.at(oval(0.53 * side, 0.10, 0.075, 0.13, z=-0.05)) for side in (-1, 1)]
    c.fill(ears, shadow(skin, 0.06), 0)
    for side in (-1, 1):
        c.polygon(oval(0.535 * side, 0.10, 0.035, 0.08, z=-0.05), shadow(skin, 0.25))
    face = c.fill([head], skin)
    if c.style.soft:
        light, dark = mix(skin, GLOW, 0.5), shadow(skin, 0.5)
        for x, y, rx, ry, colour, opacity in (
            (-0.18 * s, -0.30, 0.40, 0.30, light, 0.5), (-0.27 * s, 0.20, 0.22, 0.18, light, 0.5),
            (0.27 * s, 0.18, 0.18, 0.16, light, 0.3), (0, 0.60, 0.12, 0.07, light, 0.4),
            (0.40 * s, 0.40, 0.22, 0.40, dark, 0.5),
            (ex, ey - 0.06, 0.20, 0.14, dark, 0.5), (-ex, ey - 0.06, 0.20, 0.14, dark, 0.5),
        ):  # fmt: skip
            c.spot(x, y, rx, ry, colour, opacity, face)
    for side in (-1, 1):
        c.spot(0.33 * side, ey + 0.25, 0.18, 0.12, mix(skin, RED, 0.5), 0.5, face)
    below = c.unit * np.array([0.02 * f.side, 0.05])
    cast = c.soften(c.mask([pixels + below for pixels in front]))
    c.paste(shadow(skin, 1.2 * c.style.shade), ImageChops.multiply(face, cast))
    return face


def draw_nose(c, f):
    skin, y, s = SKIN[f.skin], c.style.nose, f.side
    if c.style.soft:
        light, dark = mix(skin, GLOW, 0.6), shadow(skin, 0.55)
        c.spot(0.075 * s, y - 0.14, 0.06, 0.24, dark, 0.45, z=0.54)
        c.spot(0, y + 0.05, 0.14, 0.06, dark, 0.7, z=0.56)
        c.spot(-0.015 * s, y - 0.14, 0.045, 0.24, light, 0.55, z=0.58)
        c.spot(-0.010 * s, y - 0.03, 0.065, 0.06, light, 0.6, z=0.62)
        for side in (-1, 1):
            c.spot(0.055 * side, y + 0.035, 0.036, 0.024, shadow(skin, 0.85), 0.9, z=0.60)
    elif c.style.strands:
        c.line(lift([(0.01 * s, y - 0.02), (0.035 * s, y + 0.02)], 0.62), shadow(skin, 0.5), 0.02)
    else:
        bridge = shape(((0.01, -0.15), (0.075, -0.01), (0.04, 0.035), (-0.03, 0.02)), z=0.58)
        c.line(bridge * (s, 1, 1) + np.array([0, y, 0]), shadow(skin, 0.55), 0.03)


def draw_eyes(c, f):
    ex, ey, w, h = c.style.eye
    skin, iris, ink = SKIN[f.skin], EYES[f.eye_colour], mix(INK, HAIR[f.hair_colour], 0.15)
    low = 0.9 if f.smile == "neutral" else 0.78  # a smile lifts the lower lid
    top: Strokes = ((-1, 0.30), (-0.62, -0.55), (0, -1), (0.62, -0.72), (1.05, -0.10))
    bottom: Strokes = (
        (1.05, -0.10),
        (0.62, 0.7 * low),
        (-0.1, low),
        (-0.7, 0.72 * low),
        (-1, 0.30),
    )
    if not c.style.strands:  # a cartoon's eyes are round
        top = ((-1, -0.05), (-0.72, -0.66), (0, -0.95), (0.72, -0.66), (1, -0.05))
        bottom = ((1, -0.05), (0.72, 0.7 * low), (0, low), (-0.72, 0.7 * low), (-1, -0.05))
    thick = 0.10 + 0.16 * (1 - f.jaw)
    scale, depth = 1 + 0.07 * f.wobble[13], np.sqrt(0.56**2 - ex**2)

    def place(points, side):
        """From the eye's own units onto the face, mirrored for the other eye."""
        across = (side * w * scale, 0, -0.9 * w * scale * ex / depth)
        return points @ np.array([across, (0, h * scale, 0)]) + (side * ex, ey, 0.9 * depth)

    upper, lower = shape(top, z=0)[:, :2], shape(bottom, z=0)[:, :2]
    disc = oval(0, 0, 1, 1)[:, :2]
    lens = {side: place(np.vstack([upper, lower]), side) for side in (-1, 1)}
    if not c.style.strands:
        for side in (-1, 1):
            c.pen.polygon(grow(c.at(lens[side]), 0.7 * c.style.line * c.unit).ravel().tolist(), ink)
    with c.inside(c.mask([c.at(lens[side]) for side in (-1, 1)])):
        for side in (-1, 1):
            c.polygon(lens[side], mix(WHITE, skin, 0.10))
            if c.style.strands:
                shade = np.vstack([upper, upper[::-1] + np.array([0, 0.45])])
                c.polygon(place(shade, side), mix(WHITE, skin, 0.45))
            for x, y, r, colour in (
                (0, 0, 1.0, shadow(iris, 0.65)), (0, 0.16, 0.82, iris), (0, 0.46, 0.5, mix(iris, WHITE, 0.4)),
                (0, 0, 0.46, INK), (-0.36, -0.40, 0.30, WHITE), (0.36, 0.46, 0.16, WHITE),
            ):  # fmt: skip
                spot = disc * (r * c.style.iris[0], r * c.style.iris[1]) * (side, 1)
                gaze = (x * c.style.iris[0] * side - 0.05 * side, y * c.style.iris[1] - 0.04)
                c.polygon(place(spot + gaze, side), colour)
    for side in (-1, 1):
        if c.style.strands or f.jaw < 0.45:  # upper lid and lashes, thickest at the outer corner
            tip, above = (1.1 + thick, -0.45), upper[::-1] * (1, 1 + 0.7 * thick)
            lid = np.vstack([upper + np.array([0, 0.03]), tip, above - (0, 0.5 * thick)])
            c.polygon(place(lid, side), ink)
        if c.style.soft:
            c.line(place(lower, side), shadow(skin, 0.5), 0.012)
            c.line(place(upper * 0.95 - (0, 0.62), side), shadow(skin, 0.45), 0.014)
        elif c.style.strands:
            c.line(place(lower[9:-9], side), shadow(skin, 0.5), 0.012)


def draw_brows(c, f):
    ex, ey, w, h = c.style.eye
    arch = shape(((-1.0, 0), (-0.3, -0.038), (0.5, -0.042), (1.2, 0.03)), z=0)[:, :2]
    taper = np.linspace(1, 0.2, len(arch))[:, None] * (0, 0.020 + 0.022 * f.jaw)
    for side in (-1, 1):
        brow = np.vstack([arch - taper, (arch + taper)[::-1]])
        brow = brow * (w, 1) + (ex, ey - h - 0.09 - 0.025 * f.wobble[14])
        c.polygon(lift(brow * (side, 1)), mix(HAIR[f.hair_colour], INK, 0.4))


# The strokes of a mouth run over these points: across, their share of the corners' lift, and of a lip's depth.
MOUTH_X = (-1, -0.55, -0.18, 0, 0.18, 0.55, 1)
CORNERS = (1, 0.25, 0.03, 0, 0.03, 0.25, 1)
BOW, BOWL = (0, 0.7, 1.25, 0.85, 1.25, 0.7, 0), (0, 0.75, 0.97, 1, 0.97, 0.75, 0)


def draw_mouth(c, f):
    y, w = c.style.mouth
    w *= {"neutral": 0.88, "smile": 1.1, "open": 1.08}[f.smile]
    lift_corners = 0 if f.smile == "neutral" else 0.3 * w
    lips = 0.05 if c.style.soft else 0
    gap = (0.45 if lips else 0.62) * w * (f.smile == "open")
    skin = SKIN[f.skin]
    red = mix(skin, RED, round(0.66 - 0.3 * f.jaw, 1))

    def stroke(profile, depth):
        rows = zip(MOUTH_X, CORNERS, profile, strict=True)
        return tuple((x * w, y - m * lift_corners + k * depth) for x, m, k in rows)

    middle = stroke(BOWL, 0.012)
    if lips:
        upper, lower = stroke(BOW, -lips), stroke(BOWL, gap + 1.6 * lips)
        c.spot(0, y + gap + 0.14, 0.15, 0.045, shadow(skin, 0.5), 0.6)
        c.polygon(shape(upper, lower[::-1]), red)
        c.polygon(shape(upper, middle[::-1]), shadow(red, 0.2))
        c.spot(-0.02 * f.side, y + gap + 0.055, 0.09, 0.028, mix(red, WHITE, 0.6), 0.7)
    if gap:
        inside = shape(middle, stroke(BOWL, gap)[::-1])
        with c.inside(c.mask([c.at(inside)])):
            c.polygon(inside, (120, 36, 44))
            c.polygon(oval(0, y + 1.2 * gap, 0.6 * w, 0.55 * gap), (196, 84, 88))
            teeth = inside * (1, 0.6, 1) + np.array([0, 0.4 * (y - 0.2 * lift_corners), 0])
            c.polygon(teeth, WHITE)
    c.line(shape(middle), shadow(red if lips else skin, 0.75), 0.016 if c.style.strands else 0.036)


def draw_beard(c, f, face):
    if f.beard == "none":
        return
    y, w = c.style.mouth
    right = {
        "moustache": ((0, y - 0.135), (0.5 * w, y - 0.14), (1.05 * w, y - 0.09), (1.2 * w, y - 0.03),
                      (0.6 * w, y - 0.05), (0, y - 0.04)),
        "full": ((0, y - 0.10), (0.5 * w, y - 0.13), (1.25 * w, y - 0.09), (0.42, 0.30), (0.48, 0.10), (0.60, -0.05),
                 (0.75, 0.40), (0.50, 0.85), (0, 1)),
    }  # fmt: skip
    mask = c.soften(c.mask([c.at(shape(right[f.beard], mirror=True))]), 0.35)
    c.paste(mix(HAIR[f.hair_colour], SKIN[f.skin], 0.12), ImageChops.multiply(face, mask))


def lock(root, tip, width, bend=0.0, full=0.8):
    """A strand of hair in the plane, broad at the root and pointed, bent sideways."""
    (x, y), (dx, dy) = root, (tip[0] - root[0], tip[1] - root[1])
    length = np.hypot(dx, dy)
    along, across = np.array([dx, dy]), np.array([-dy, dx]) * (width / length)
    leaf = shape(((0, 1), (full - 0.2, full), (1, 0)), ((1, 0), (full - 0.2, -full), (0, -1)), z=0)
    curl = 4 * bend * leaf[:, :1] * (1 - leaf[:, :1])
    return leaf[:, :1] * along + (leaf[:, 1:2] + curl / width) * across + (x, y)


# fmt: off
CROWN: Strokes = ((0.53, 0.05), (0.60, -0.10), (0.57, -0.44), (0.36, -0.74), (0, -0.82))
CROWN += tuple((-x, y) for x, y in CROWN[-2::-1])
HAIRLINE = ((-0.465, 0.02), (-0.42, -0.24), (-0.26, -0.43), (0, -0.47), (0.26, -0.43), (0.42, -0.24), (0.465, 0.02))
NAPE = ((0, -0.80), (0.34, -0.73), (0.56, -0.44), (0.60, -0.06), (0.50, 0.30), (0, 0.40))
FALL = {  # hair that hangs: the right half behind the head; before it, the edges towards the face and away from it
    "long": (
        ((0, -0.82), (0.42, -0.72), (0.66, -0.30), (0.72, 0.2), (0.78, 0.7), (0.82, 1.3), (0, 1.3)),
        ((0.44, -0.32), (0.475, 0.1), (0.53, 0.5), (0.50, 0.85), (0.58, 1.3)),
        ((0.76, 1.3), (0.76, 0.6), (0.69, 0.1), (0.58, -0.36)),
    ),
    "bob": (
        ((0, -0.82), (0.42, -0.72), (0.68, -0.25), (0.74, 0.2), (0.66, 0.52), (0.3, 0.56), (0, 0.5)),
        ((0.44, -0.32), (0.47, 0.1), (0.45, 0.36), (0.36, 0.60)),
        ((0.36, 0.60), (0.62, 0.56), (0.73, 0.28), (0.69, -0.05), (0.58, -0.36)),
    ),
}
TAIL = (
    ((0.30, -0.74), (0.74, -0.66), (0.90, -0.10), (0.74, 0.80)),
    ((0.74, 0.80), (0.62, 0.4), (0.58, 0.0), (0.50, -0.3)),
)
# fmt: on


def hair_pixels(c, f):
    """The hair behind the head and the hair before it, each a list of shapes."""
    if f.hair_cut == "bald":
        return [], []
    s, wobble = f.side, f.wobble[15:].tolist()
    behind, front = [shape(NAPE, z=-0.1, mirror=True)], [shape(HAIRLINE, CROWN, z=0.05)]
    if f.hair_cut in FALL:
        back, inner, outer = FALL[f.hair_cut]
        behind.append(shape(back, z=-0.1, mirror=True))
        right = shape(inner, outer, z=0.05)
        front += [right, right * (-1, 1, 1)]
    elif f.hair_cut == "curly":
        for turn, r in zip(np.linspace(-0.3, 1.3, 15).tolist(), wobble, strict=False):
            x, y = 0.62 * np.cos(turn * np.pi), -0.20 - 0.54 * np.sin(turn * np.pi)
            if f.hat == "none" or y > -0.45:
                behind.append(oval(x, y, 0.21, 0.21, z=-0.1) * (1, 1 + 0.06 * r, 1))
        for turn, r in zip(np.linspace(0, 1, 9).tolist(), wobble, strict=False):
            x, y = 0.51 * np.cos(turn * np.pi), -0.12 - 0.50 * np.sin(turn * np.pi)
            front.append(oval(x, y, 0.13, 0.13, z=0.05) * (1, 1 + 0.06 * r, 1))
    elif f.hair_cut == "bun" and f.hat == "none":
        behind.append(oval(0.05 * s, -0.83, 0.25, 0.17, z=-0.1))
    elif f.hair_cut == "ponytail":
        behind.append(shape(*TAIL, z=-0.1) * (s, 1, 1))
    elif f.hair_cut == "short" and c.style.line and f.hat == "none":
        for angle, r in zip(np.linspace(0.02, 0.98, 8) * np.pi, wobble, strict=False):
            x, y = np.cos(angle), -np.sin(angle)
            tip = (0.72 * x + 0.05 * r, -0.16 + 0.80 * y)
            front.append(lift(lock((0.40 * x, -0.20 + 0.42 * y), tip, 0.19, 0.05 * r), 0))
    for points in fringe_locks(c.style, f, wobble[9:]):  # flat at the crown, forward over the brow
        front.append(lift(points, 0.3 * np.clip(points[:, 1] + 0.7, 0, 1)))
    bulk = (1 + 0.04 * wobble[-1], 1, 1)
    return [c.at(points * bulk) for points in behind], [c.at(points * bulk) for points in front]


def fringe_locks(style, f, wobble):
    s, n, y, full = f.side, style.locks, style.fringe, 0.8 if style.line else 0.95
    if f.fringe == "swept":
        yield lock((s * 0.36, -0.56), (s * 0.48, y + 0.08), 0.08, -0.04 * s)
        for u, r in zip(np.linspace(0, 1, n), wobble, strict=False):
            tip = (s * (0.22 - 0.70 * u), y - 0.06 + 0.16 * u * u + 0.02 * r)
            yield lock((s * (0.34 - 0.62 * u), -0.58), tip, 0.32 / n + 0.07, 0.06 * s, full)
    elif f.fringe == "straight":
        for u, r in zip(np.linspace(-1, 1, n), wobble, strict=False):
            tip = (0.45 * u + 0.02 * r, y + 0.05 * u * u + 0.03 * r)
            yield lock((0.37 * u, -0.68 + 0.12 * u * u), tip, 0.55 / n + 0.03, -0.03 * u, full)
    elif f.hair_cut in ("bob", "long", "ponytail") or (f.hair_cut == "short" and style.line):
        for side in (-1, 1):  # parted in the middle; other open hair is combed back
            yield lock((0.12 * side, -0.66), (0.44 * side, y), 0.15, 0.10 * side)
            yield lock((0.34 * side, -0.60), (0.50 * side, y + 0.16), 0.11, 0.04 * side)


@cache
def strands(count, side):
    """Lines (count, n, 3) from the crown down both sides of the head."""
    flow = np.array([(0.15, -0.84), (0.42, -0.66), (0.60, -0.2), (0.68, 0.4), (0.70, 1.2)])
    lines = [lift(curve(flow * (u, 1)), 0.05) for u in np.linspace(-1.05, 1.05, count)]
    return np.stack(lines) + np.array([0.10 * side, 0, 0])


@cache
def curls(count, side):
    """Arcs (count, n, 3) all over an afro, evenly spread by the golden angle."""
    k = np.arange(count)
    x, y = 0.8 * np.sqrt(k / count) * np.array([side * np.cos(2.4 * k), np.sin(2.4 * k)])
    return np.stack([oval(a, b - 0.25, 0.07, 0.07, z=0)[3:24] for a, b in zip(x, y, strict=True)])


def draw_hair(c, f, shapes, tone=0.0):
    """The hair of some shapes, `tone` darker than its colour; behind the head only curls have a texture."""
    hair, behind = shadow(HAIR[f.hair_colour], tone), tone > 0
    mask = c.fill(shapes, hair, 0 if behind else 1)
    if behind and f.hair_cut != "curly":
        return
    with c.inside(mask):
        if c.style.strands:
            lines = curls(40, f.side) if f.hair_cut == "curly" else strands(c.style.strands, f.side)
            lines = c.at(lines).reshape(len(lines), -1)
            tones = np.round(f.wobble, 1) if c.style.soft else -np.ones(len(f.wobble))
            width = max(1, round(0.018 * c.unit))
            for line, tone in zip(lines.tolist(), tones.tolist(), strict=False):
                tint = mix(hair, GLOW, 0.16 * tone) if tone > 0 else shadow(hair, -0.3 * tone)
                c.pen.line(line, tint, width)
        if behind:
            return
        if c.style.soft:
            c.spot(-0.14 * f.side, -0.62, 0.44, 0.13, mix(hair, GLOW, 0.6), 0.6, z=0)
        elif c.style.strands:  # anime's ring of light, smooth above and toothed below
            x = np.linspace(-0.40, 0.40, 13)
            top = -0.53 - 0.12 * np.cos(3 * x)
            low = top + np.resize([0.02, 0.09], 13) * np.cos(3.6 * x)
            ring = np.column_stack([np.append(x, x[::-1]), np.append(top, low[::-1])])
            c.polygon(lift(ring, 0.1), mix(hair, WHITE, 0.4))
        else:
            streak = shape(((0.42, -0.42), (0.33, -0.58), (0.16, -0.68)), z=0.1)
            c.line(streak * (-f.side, 1, 1), mix(hair, WHITE, 0.4), 0.05)


def draw_glasses(c, f):
    if f.glasses == "none":
        return
    ex, ey, w, _ = c.style.eye
    r, frame, dark = max(0.185, 1.12 * w), (40, 36, 44), f.glasses == "sunglasses"
    corners = ((-0.9, -0.75), (0.9, -0.75), (1, 0), (0.75, 0.8), (-0.75, 0.8), (-1, 0))
    for side in (-1, 1):
        if f.glasses == "round":
            lens = c.at(oval(ex * side, ey + 0.02, r, r, z=0.45))
        else:
            rim = tuple((side * (ex + r * a), ey + 0.02 + r * b) for a, b in corners)
            lens = c.at(shape(rim, z=0.45, closed=True))
        mask = c.mask([lens], 240 if dark else 30)
        c.paste((28, 28, 40) if dark else WHITE, mask)
        c.spot(ex * side - 0.05, ey - 0.05, 0.12, 0.09, WHITE, 0.35, mask)
        loop = np.vstack([lens, lens[:2]]).ravel().tolist()
        c.pen.line(loop, frame, max(1, round(0.034 * c.unit)), "curve")
        temple = np.array([(side * (ex + r), ey - 0.03, 0.45), (side * 0.53, ey - 0.03, 0.05)])
        c.line(temple, frame, 0.03)
    c.line(shape(((r - ex, ey), (0, ey - 0.04), (ex - r, ey)), z=0.5), frame, 0.03)


DOMES = {
    "cap": ((0, -0.95), (0.36, -0.88), (0.58, -0.62), (0.62, -0.26), (0, -0.36)),
    "beanie": ((0, -0.93), (0.40, -0.84), (0.62, -0.52), (0.64, -0.30), (0, -0.36)),
}
BRIM = (
    ((-0.46, -0.36), (-0.26, -0.48), (0, -0.52), (0.26, -0.48), (0.46, -0.36)),
    ((0.60, -0.20), (0.36, -0.27), (0, -0.29), (-0.36, -0.27), (-0.60, -0.20)),
)
BAND = (
    ((-0.65, -0.38), (-0.4, -0.46), (0, -0.49), (0.4, -0.46), (0.65, -0.38)),
    ((0.66, -0.20), (0.4, -0.28), (0, -0.31), (-0.4, -0.28), (-0.66, -0.20)),
)


def draw_hat(c, f):
    if f.hat == "none":
        return
    names = ATTRIBUTES["clothes"]
    colour = CLOTHES[names[(names.index(f.clothes) + 2) % len(names)]]
    if f.hat == "beanie":
        c.fill([c.at(oval(0, -0.93, 0.14, 0.12, z=0))], mix(colour, WHITE, 0.4))
    c.fill([c.at(shape(DOMES[f.hat], z=0, mirror=True))], colour)
    if f.hat == "beanie":
        c.fill([c.at(shape(*BAND, z=0.1))], mix(colour, WHITE, 0.25))
    else:
        c.fill([c.at(shape(*BRIM, z=0.35))], shadow(colour, 0.25))


def paint(face, size: int) -> Image.Image:
    """Draw one face, from the back to the front."""
    c = Canvas(face, size)
    head, (behind, front) = head_pixels(c, face), hair_pixels(c, face)
    draw_background(c, face)
    if behind:
        draw_hair(c, face, behind, 0.15 if face.hair_cut == "curly" else 0.32)
    draw_body(c, face, head)
    skin = draw_head(c, face, head, front)
    draw_nose(c, face)
    draw_beard(c, face, skin)
    draw_mouth(c, face)
    draw_eyes(c, face)
    draw_brows(c, face)
    draw_glasses(c, face)
    if front:
        draw_hair(c, face, front)
    draw_hat(c, face)
    return c.image.reduce(SUPERSAMPLING)


def draw(
    count: int, size: int, style: str, seed: int, start: int = 0
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Draw the faces `start` to `start + count - 1` of an endless sequence.

    A face is fixed by `seed`, `style` and its place in the sequence; at another size it is the same face. It is
    aligned as CelebA's are: the eyes lie at about 0.37 and 0.63 of the width, at 0.54 (photo, cartoon) or 0.60
    (anime) of the height, whatever the pose.

    Parameters
    ----------
    count : int
        The number of faces, at least 1.
    size : int
        Height and width in pixels, 8 to 1024.
    style : {"photo", "anime", "cartoon"}
        The style to draw in.
    seed, start : int
        The seed for the sequence, and the place of the first face in it; neither is negative.

    Returns
    -------
    images : ndarray, uint8, shape (count, size, size, 3)
    attributes : dict of str to ndarray, shape (count,)
        For each name in `ATTRIBUTES` int64 codes into its values. Two more are float64: "pose", from -1 (turned to
        the left of the picture) to 1, and "jaw", from 0 (narrow) to 1 (broad). Some values are rare or absent in a
        style: photographs have natural hair and eye colours, anime faces are neither bald nor bearded, and only
        broad jaws have beards.

    Raises
    ------
    GancourseError
        If the style is unknown, or a number is not whole or out of its range.
    """
    if style not in STYLES:
        raise GancourseError(f"no style is called {style!r}; choose one of: {', '.join(STYLES)}")
    lowest = {"count": 1, "size": 8, "seed": 0, "start": 0}
    for name, value in zip(lowest, (count, size, seed, start), strict=True):
        if not isinstance(value, int | np.integer) or value < lowest[name]:
            raise GancourseError(
                f"{name} must be a whole number, at least {lowest[name]}; got {value!r}"
            )
    if size > 1024:
        raise GancourseError(f"size must be at most 1024, got {size}: draw smaller and enlarge")

    faces = [sample(style, seed, start + k) for k in range(count)]
    images = np.stack([np.asarray(paint(face, size)) for face in faces])
    attributes = {
        name: np.array([values.index(getattr(face, name)) for face in faces], np.int64)
        for name, values in ATTRIBUTES.items()
    }
    for name in ("pose", "jaw"):
        attributes[name] = np.array([getattr(face, name) for face in faces])
    return images, attributes
