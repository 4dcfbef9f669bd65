"""The networks."""

import pytest
import torch

from mnist_core.model import networks
from mnist_core.model.weight_info import Architecture


def test_the_tutorials_class_and_its_sequence_agree_to_the_last_bit():
    network, sequence = networks.SimpleNetwork(), networks.simple_sequential()
    linear = [layer for layer in sequence if isinstance(layer, torch.nn.Linear)]
    for target, source in zip(linear, (network.fc1, network.fc2, network.fc3), strict=True):
        target.load_state_dict(source.state_dict())
    images = torch.randn(64, 1, 28, 28)
    assert torch.equal(network(images), sequence(images))


def test_the_tutorials_network_has_layers_of_784_128_64_and_10():
    shapes = [
        tuple(p.shape) for n, p in networks.SimpleNetwork().named_parameters() if "weight" in n
    ]
    assert shapes == [(128, 784), (64, 128), (10, 64)]
    assert networks.count_parameters(networks.SimpleNetwork()) == 109_386


def test_a_network_takes_ink_and_normalizes_it_itself():
    ink = torch.rand(5, 1, 28, 28)
    model = networks.build(Architecture("simple"))
    assert torch.allclose(model(ink), model[1]((ink - 0.5) / 0.5))


@pytest.mark.parametrize(
    ("architecture", "classes"),
    [
        (Architecture("simple"), 10),
        (Architecture("convolutional", width=4), 11),
        (Architecture("convolutional", width=4, growth=2), 11),
    ],
)
def test_logits_are_one_a_class(architecture, classes):
    model = networks.build(architecture).eval()
    assert model(torch.rand(3, 1, 28, 28)).shape == (3, classes)


@pytest.mark.parametrize(
    "wrong",
    [("resnet", 4), ("convolutional", 0), ("convolutional", 10**9), ("convolutional", 4, 3)],
)
def test_an_architecture_that_is_none_is_refused(wrong):
    with pytest.raises(ValueError, match=r"no architecture|not within|not 1 or 2"):
        Architecture(*wrong)


def test_a_width_may_be_from_1_to_256():
    assert [Architecture("convolutional", width).width for width in (1, 256)] == [1, 256]
    with pytest.raises(ValueError, match="not within"):
        Architecture("convolutional", 257)


@pytest.mark.parametrize(("growth", "channels"), [(1, [4, 8, 8, 16, 16]), (2, [4, 8, 16, 16, 32])])
def test_a_network_that_grows_is_wider_where_the_image_is_small(growth, channels):
    model = networks.build(Architecture("convolutional", 4, growth))
    assert [each.out_channels for each in layers(model, torch.nn.Conv2d)] == channels


def test_a_convolutional_network_takes_images_without_a_margin():
    model = networks.build(Architecture("convolutional", width=4)).eval()
    assert model(torch.rand(3, 1, 24, 24)).shape == (3, 11)


def trained(width=6):
    """A network whose normalizations are those of no fresh one."""
    torch.manual_seed(1)
    model = networks.build(Architecture("convolutional", width)).eval()
    for layer in model.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            for values in (layer.weight.data, layer.running_var):
                values.uniform_(0.3, 3.0)
            for values in (layer.bias.data, layer.running_mean):
                values.uniform_(-1.0, 1.0)
    return model


def layers(model, kind):
    return [each for each in model.modules() if isinstance(each, kind)]


def test_a_network_whose_normalizations_are_merged_reads_the_same_with_less_to_do():
    model, ink = trained(), torch.rand(9, 1, 28, 28)
    before = model(ink)
    merged = networks.merged(model)
    assert torch.allclose(merged(ink), before, rtol=1e-4, atol=1e-4)
    assert layers(merged, torch.nn.BatchNorm2d) == layers(merged, networks.Normalize) == []
    assert torch.equal(model(ink), before)  # it is left as it is
    assert len(layers(model, torch.nn.BatchNorm2d)) == 5


@pytest.mark.parametrize("block", range(5))
def test_a_normalization_that_turns_a_channel_over_can_be_merged_where_it_changes_nothing(block):
    model, ink = trained(), torch.rand(9, 1, 28, 28)
    layers(model, torch.nn.BatchNorm2d)[block].weight.data[::2] *= -1
    assert torch.allclose(networks.merged(model)(ink), model(ink), rtol=1e-4, atol=1e-4)


def test_a_network_of_another_kind_is_left_as_it_is():
    model = networks.build(Architecture("simple"))
    assert networks.merged(model) is model
