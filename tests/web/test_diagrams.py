import math
from xml.etree import ElementTree

import pytest
import torch

from gancourse import GancourseError
from gancourse.torch_gan.networks import DCGANDiscriminator, DCGANGenerator
from gancourse.torch_gan.networks.mlp import MLPGenerator
from gancourse.web import diagrams


def trained(network):
    return sum(p.numel() for p in network.parameters())


def drawings(result):
    return ElementTree.fromstring(result.data).findall(".//svg")


def test_a_generator_has_a_block_for_each_map_and_all_its_parameters():
    network = DCGANGenerator(size=32, latent=7, width=8)
    stack = diagrams.blocks(network, torch.zeros(2, 7))
    assert [block.shape for block in stack] == [
        (1, 1, 7),
        (4, 4, 32),
        (8, 8, 16),
        (16, 16, 8),
        (32, 32, 3),
    ]
    assert stack[1].layers == ["ConvTranspose2d 4 × 4", "BatchNorm", "ReLU"]
    assert stack[2].layers[0] == "ConvTranspose2d 4 × 4, stride 2"
    assert sum(block.parameters for block in stack) == trained(network)


def test_a_discriminator_ends_in_one_number():
    network = DCGANDiscriminator(size=16, width=8)
    stack = diagrams.blocks(network, torch.zeros(3, 3, 16, 16))
    assert stack[0].shape == (16, 16, 3) and stack[-1].shape == (1,)
    assert sum(block.parameters for block in stack) == trained(network)


def test_labels_show_in_the_width_of_the_input_alone():
    network = MLPGenerator(latent=5, classes=10, size=8, widths=(16,))
    stack = diagrams.blocks(network, torch.zeros(2, 5), torch.zeros(2, dtype=torch.long))
    assert stack[0].shape == (15,) and stack[-1].shape == (8, 8, 1)
    assert sum(block.parameters for block in stack) == trained(network)


def test_hooks_are_gone_afterwards():
    network = DCGANGenerator(size=16, latent=4, width=4)
    diagrams.blocks(network, torch.zeros(2, 4))
    assert not any(layer._forward_hooks for layer in network.modules())


def test_a_network_without_layers_is_refused():
    class Empty(torch.nn.Module):
        def forward(self, x):
            return x

    with pytest.raises(GancourseError, match="Empty calls no layers"):
        diagrams.blocks(Empty(), torch.zeros(1, 2))


def test_keras_networks_need_no_inputs():
    from gancourse.keras_gan import count_parameters
    from gancourse.keras_gan.networks import build_discriminator

    network = build_discriminator((32, 32), (4, 8, 16, 16), dropout=(0.25, 0.25, 0.4, 0.4))
    stack = diagrams.blocks(network)
    assert [block.shape for block in stack][-2:] == [(4 * 4 * 16,), (1,)]
    assert stack[1].layers == ["Conv2D 4 × 4, stride 2", "LeakyReLU", "Dropout 0.25", "BatchNorm"]
    assert sum(block.parameters for block in stack) == count_parameters(network)


def test_a_drawing_is_well_formed_in_the_pages_colour_and_says_what_it_shows():
    result = diagrams.network(
        DCGANGenerator(size=16, latent=4, width=4),
        torch.zeros(2, 4),
        title="A <small> G",
        start="noise",
        end="image",
    )
    (svg,) = drawings(result)
    assert svg.get("role") == "img"
    assert svg.get("aria-label").startswith("A <small> G. noise: 1 × 1, 4 channels; then ")
    assert "16 × 16, 3 channels" in svg.get("aria-label")
    assert {text.get("fill") for text in svg.iter("text")} == {"currentColor"}
    width, height = (float(number) for number in svg.get("viewBox").split()[2:])
    for block in svg.iter("rect"):
        assert (
            float(block.get("y")) >= 0
            and float(block.get("x")) + float(block.get("width")) <= width
        )
        assert float(block.get("y")) + float(block.get("height")) <= height


def test_lines_of_a_network_fit_beside_its_blocks():
    assert diagrams._wrapped(["Conv2D", "ReLU"]) == ["Conv2D · ReLU"]
    long = ["Conv2D 4 × 4, stride 2", "LeakyReLU", "Dropout 0.25", "BatchNorm"]
    assert [len(line) <= diagrams.LINE for line in diagrams._wrapped(long)] == [True, True]


@pytest.mark.parametrize("label", ["", "digit"])
def test_a_game_shows_both_updates_and_where_the_gradient_stops(label):
    both = drawings(diagrams.game("faces", "noise", label=label))
    words = [[text.text for text in svg.iter("text")] for svg in both]
    assert words[0][0] == "D's update" and words[1][0] == "G's update"
    assert "the gradient stops at D: detach" in words[0] and "faces" in words[0]
    assert "faces" not in words[1] and "through D, whose weights stay, to G" in words[1]
    assert all((label in each) == bool(label) for each in words)
    assert "back through D" in both[0].get("aria-label") and both[1].get("aria-hidden") == "true"


def test_arrow_heads_point_along_their_last_piece():
    svg = ElementTree.fromstring(f"<svg>{diagrams._arrow([(0, 0), (0, 10), (20, 10)])}</svg>")
    numbers = [
        float(n)
        for n in svg.find("path")
        .get("d")
        .replace("M", "")
        .replace("L", "")
        .replace("Z", "")
        .split()
    ]
    tip, corners = numbers[:2], numbers[2:]
    assert tip == [20, 10]
    assert [math.dist(tip, corner) for corner in (corners[:2], corners[2:])] == pytest.approx(
        [45**0.5] * 2
    )
