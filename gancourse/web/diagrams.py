"""Diagrams of networks and of a training step, as vector graphics in the page's own text colour, light or dark."""

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from gancourse import GancourseError

ORANGE, BLUE, VERMILLION = "#e69f00", "#56b4e9", "#d55e00"  # G, D and gradients; as in the figures
WIDTH = 420  # of a drawing, in units that are pixels on a wide page: a telephone is hardly narrower
ROW = 50
BAR = 110  # the widest block of a network
LINE = 46  # letters in a line beside it


@dataclass
class Block:
    """What a network does between two shapes.

    Attributes
    ----------
    shape : tuple of int
        What comes out for one image, (H, W, C) or (N,).
    layers : list of str
        The layers in their order, as in "Conv2d 4 × 4, stride 2".
    parameters : int
        How many numbers of them are trained.
    """

    shape: tuple[int, ...]
    layers: list[str] = field(default_factory=list)
    parameters: int = 0


def blocks(network, *inputs) -> list[Block]:
    """The blocks of a network: a layer with weights, or one that changes the shape, starts a new one.

    Parameters
    ----------
    network : torch.nn.Module or keras.Sequential
        A network that calls its layers one after the other.
    inputs : tensors
        A batch of inputs, for PyTorch; Keras knows its shapes without.

    Returns
    -------
    list of Block
        The input first.
    """
    found: list[Block] = []
    for name, before, after, parameters in (
        _keras(network) if hasattr(network, "layers") else _torch(network, inputs)
    ):
        if not found:
            found.append(Block(before))
        if after != found[-1].shape or (parameters and "Norm" not in name) or len(found) == 1:
            found.append(Block(after))
        found[-1].layers.append(name)
        found[-1].parameters += parameters
    return found


def network(which, *inputs, title: str, start: str, end: str, colour: str = ORANGE):
    """A diagram of a network, a block a line: its shape, its trainable parameters, its layers.

    A block is as high as its map's side and as wide as its channels, a row of numbers is flat and as wide as there are
    numbers, all of it logarithmically.

    Parameters
    ----------
    which : torch.nn.Module or keras.Sequential
        The network, as for `blocks`.
    inputs : tensors
        A batch of inputs, for PyTorch.
    title, start, end : str
        What the network is, what goes in and what comes out.
    colour : str
        The blocks' colour; ORANGE for a generator, BLUE for a discriminator.

    Returns
    -------
    IPython.display.HTML
    """
    stack = blocks(which, *inputs)
    widest = max(math.log2(block.shape[-1] + 1) for block in stack)
    parts, told, above = [], [], 0.0
    for number, block in enumerate(stack):
        middle, side = ROW * (number + 0.5), block.shape[0] if len(block.shape) == 3 else 1
        width, height = BAR * math.log2(block.shape[-1] + 1) / widest, 6 + 5 * math.log2(side)
        if number:
            parts.append(_arrow([(BAR / 2, above), (BAR / 2, middle - height / 2)]))
        above = middle + height / 2
        parts.append(
            f'<rect x="{(BAR - width) / 2:.1f}" y="{middle - height / 2:.1f}" width="{width:.1f}" '
            f'height="{height:.1f}" rx="2" fill="{colour}" fill-opacity="0.55" stroke="{colour}"/>'
        )
        layers = block.layers or [start]
        layers = [*layers[:-1], f"{layers[-1]} → {end}"] if number == len(stack) - 1 else layers
        lines = [
            _in_words(block.shape) + (f", {block.parameters:,} trained" if block.parameters else "")
        ]
        lines += _wrapped(layers)
        for line, text in enumerate(lines):
            y = middle + 4 + 13 * (line - (len(lines) - 1) / 2)
            parts.append(_text(BAR + 14, y, text, 11 if line else 12, bold=not line))
        told.append(f"{', '.join(layers)}: {lines[0]}")
    return _page(title, f"{title}. " + "; then ".join(told) + ".", [(ROW * len(stack), parts)])


def game(
    data: str,
    noise: str,
    d_loss: str = "real_loss + fake_loss",
    g_loss: str = "non_saturating_loss",
    label: str = "",
    stop: str = "detach",
    title: str = "One training step: D's update, then G's",
):
    """A diagram of a training step: D's update, then G's, with the way of the gradients.

    Parameters
    ----------
    data, noise : str
        What real images are, and what the noise is.
    d_loss, g_loss : str
        What D and G minimise.
    label : str
        What both networks are told; "" for a GAN without labels.
    stop : str
        What stops D's gradient before G.
    title : str
        What the diagram shows.

    Returns
    -------
    IPython.display.HTML
    """
    told = f", with the {label} as a second input of both networks" if label else ""
    alt = (
        f"{title}. D's update: G makes fakes from {noise}; D judges {data} and the fakes{told}; the gradient of "
        f"{d_loss} goes back to D and stops before G. G's update: D judges the fakes; the gradient of {g_loss} goes "
        "back through D, whose weights stay, to G."
    )
    return _page(
        title,
        alt,
        [
            _update("D", data, noise, d_loss, label, stop),
            _update("G", data, noise, g_loss, label, ""),
        ],
    )


def _update(
    player: str, data: str, noise: str, loss: str, label: str, stop: str
) -> tuple[int, list[str]]:
    """The drawing of one player's update: its height and its parts."""
    d_learns, low = player == "D", 128
    parts = [_text(4, 16, f"{player}'s update", bold=True)]
    parts += _box(4, low, 74, noise)
    parts += _box(110, low, 40, "G", ORANGE, dashed=d_learns)
    parts += _box(182, low, 56, "fakes")
    parts += _box(270, 84, 40, "D", BLUE, dashed=not d_learns)
    parts += _box(342, 84, 74, "logits")
    parts += [_arrow([(78, low + 16), (110, low + 16)]), _arrow([(150, low + 16), (182, low + 16)])]
    parts += [
        _arrow([(238, low + 16), (258, low + 16), (258, 106), (270, 106)]),
        _arrow([(310, 100), (342, 100)]),
    ]
    if d_learns:
        parts += _box(164, 40, 74, data)
        parts.append(_arrow([(238, 56), (258, 56), (258, 94), (270, 94)]))
    if label:
        parts += _box(4, 66, 74, label)
        parts.append(_arrow([(78, 82), (130, 82), (130, low)]))
        parts.append(_arrow([(130, 82), (262, 82), (262, 90), (270, 90)]) if not d_learns else "")
        parts.append(_arrow([(130, 82), (250, 82), (250, 100), (270, 100)]) if d_learns else "")
    parts.append(_text(416, 76, loss, size=11, anchor="end"))
    red = [(378, 116), (378, 200), (290, 200), (290, 116)]
    parts.append(_arrow(red, VERMILLION, dashed=True))
    if d_learns:
        parts.append(
            _text(
                284,
                214,
                f"the gradient stops at D: {stop}",
                size=11,
                anchor="end",
                colour=VERMILLION,
            )
        )
    else:
        parts.append(_arrow([(290, 200), (130, 200), (130, low + 32)], VERMILLION, dashed=True))
        parts.append(
            _text(
                284,
                216,
                "through D, whose weights stay, to G",
                size=11,
                anchor="end",
                colour=VERMILLION,
            )
        )
    return 222, parts


def _torch(network, inputs):
    """Name, shapes before and after and trainable parameters of each layer that a PyTorch network calls."""
    calls: list[tuple] = []

    def note(layer, given, result):
        if not given[
            0
        ].is_floating_point():  # labels: what they become is in the input of the next layer
            return
        weights = [p for p in layer.parameters() if p.requires_grad]
        calls.append(
            (
                _torch_name(layer),
                _last(given[0].shape),
                _last(result.shape),
                sum(p.numel() for p in weights),
            )
        )

    inside = (layer for layer in network.modules() if layer is not network)
    leaves = [layer for layer in inside if not list(layer.children())]
    hooks = [layer.register_forward_hook(note) for layer in leaves]
    try:
        result = network(*inputs)
    finally:
        for hook in hooks:
            hook.remove()
    if not calls:
        raise GancourseError(f"{type(network).__name__} calls no layers: nothing to draw")
    if _last(result.shape) != calls[-1][2]:
        calls.append(("reshape", calls[-1][2], _last(result.shape), 0))
    return calls


def _keras(network):
    """The same of a Keras network, which knows its shapes."""
    before = network.input_shape[1:]
    for layer in network.layers:
        after = tuple(layer.output.shape[1:])
        yield (
            _keras_name(layer),
            before,
            after,
            sum(math.prod(w.shape) for w in layer.trainable_weights),
        )
        before = after


def _torch_name(layer) -> str:
    name = type(layer).__name__.replace("BatchNorm2d", "BatchNorm")
    if hasattr(layer, "kernel_size"):
        name += _kernel(layer.kernel_size, layer.stride)
    return name


def _keras_name(layer) -> str:
    name = type(layer).__name__.replace("BatchNormalization", "BatchNorm")
    if hasattr(layer, "kernel_size"):
        name += _kernel(layer.kernel_size, layer.strides)
    if name == "Dropout":
        name += f" {layer.rate:g}"
    activation = getattr(getattr(layer, "activation", None), "__name__", "linear")
    return name if activation == "linear" or "ReLU" in name else f"{name} · {activation}"


def _kernel(sides, strides) -> str:
    return f" {sides[0]} × {sides[1]}" + (f", stride {strides[0]}" if strides[0] > 1 else "")


def _last(shape) -> tuple[int, ...]:
    """PyTorch's shape of a batch without the batch, channels last."""
    shape = tuple(shape[1:])
    if len(shape) == 3:
        shape = (*shape[1:], shape[0])
    return shape or (1,)


def _wrapped(layers: list[str]) -> list[str]:
    """The layers in one line or, where that is too long, in two."""
    line = " · ".join(layers)
    return [line] if len(line) <= LINE else [layers[0], "· " + " · ".join(layers[1:])]


def _in_words(shape: Sequence[int]) -> str:
    if len(shape) == 1:
        return f"{shape[0]:,} number" + "s" * (shape[0] > 1)
    return f"{shape[0]} × {shape[1]}, {shape[2]} channel" + "s" * (shape[2] > 1)


def _text(x, y, text, size=12, bold=False, anchor="start", colour="currentColor") -> str:
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}" fill="{colour}"{weight}>'
        f"{html.escape(text)}</text>"
    )


def _box(x, y, width, text, colour="none", dashed=False) -> list[str]:
    dashes = ' stroke-dasharray="4 3"' if dashed else ""
    return [
        f'<rect x="{x}" y="{y}" width="{width}" height="32" rx="4" fill="{colour}" fill-opacity="0.45" '
        f'stroke="currentColor"{dashes}/>',
        _text(x + width / 2, y + 20, text, anchor="middle"),
    ]


def _arrow(points, colour="currentColor", dashed=False) -> str:
    (x0, y0), (x, y) = points[-2:]
    length = math.hypot(x - x0, y - y0)
    dx, dy = 6 * (x - x0) / length, 6 * (y - y0) / length
    head = f"M{x:g} {y:g} L{x - dx - dy / 2:g} {y - dy + dx / 2:g} L{x - dx + dy / 2:g} {y - dy - dx / 2:g} Z"
    line = " ".join(f"{a:g},{b:g}" for a, b in points)
    dashes = ' stroke-dasharray="5 3"' if dashed else ""
    return (
        f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.3"{dashes}/>'
        f'<path d="{head}" fill="{colour}"/>'
    )


def _page(title: str, alt: str, drawings: list[tuple[int, list[str]]]):
    """Drawings side by side where there is room, else below each other, with their title as a caption."""
    from IPython.display import HTML

    def shown(first):
        return f'role="img" aria-label="{html.escape(alt)}"' if first else 'aria-hidden="true"'

    pictures = "".join(
        f'<svg viewBox="0 0 {WIDTH} {height}" style="flex: 1 1 {WIDTH - 100}px; max-width: {WIDTH + 60}px; '
        f'font-family: sans-serif; background: none" {shown(first)}'
        f">{''.join(parts)}</svg>"
        for first, (height, parts) in zip([True, False], drawings, strict=False)
    )
    return HTML(
        '<figure style="margin: 1em 0"><div style="display: flex; flex-wrap: wrap; gap: 1em; justify-content: center">'
        f'{pictures}</div><figcaption style="text-align: center; font-size: 0.9em; opacity: 0.85">'
        f"{html.escape(title)}</figcaption></figure>"
    )
