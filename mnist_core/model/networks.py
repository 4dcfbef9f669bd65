"""The networks. Each takes ink and normalizes it itself, so nobody else has to know a mean.

This module knows nothing of data sets, training or files.
"""

import copy

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_weights

from mnist_core.data.catalog import MNIST_DEVIATION, MNIST_MEAN
from mnist_core.ink.frame import IMAGE_SIZE
from mnist_core.labels import DIGITS
from mnist_core.model.weight_info import Architecture

PIXELS = IMAGE_SIZE * IMAGE_SIZE


class SimpleNetwork(nn.Module):
    """The tutorial's fully connected network: 784 inputs, 128 and 64 hidden units, 10 logits.

    Takes images of 784 values in all, in any shape after the first axis, already normalized;
    returns logits (B, 10). 109,386 parameters.
    """

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(PIXELS, 128)
        self.fc2 = nn.Linear(128, 64)
        self.fc3 = nn.Linear(64, DIGITS)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (B, 10) of normalized images (B, ...)."""
        x = x.flatten(start_dim=1)  # (B, 784)
        x = torch.relu(self.fc1(x))
        x = torch.relu(self.fc2(x))
        return self.fc3(x)


def simple_sequential() -> nn.Sequential:
    """Build ``SimpleNetwork`` in its other form: the same layers, in the same order, as a list."""
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(PIXELS, 128),
        nn.ReLU(),
        nn.Linear(128, 64),
        nn.ReLU(),
        nn.Linear(64, DIGITS),
    )


class Normalize(nn.Module):
    """Ink minus a mean, divided by a standard deviation; both are buffers, saved with the rest."""

    def __init__(self, mean: float, deviation: float) -> None:
        super().__init__()
        self.mean: Tensor
        self.deviation: Tensor
        self.register_buffer("mean", torch.tensor(mean))
        self.register_buffer("deviation", torch.tensor(deviation))

    def forward(self, ink: Tensor) -> Tensor:
        """Return normalized ink, of the same shape."""
        return (ink - self.mean) / self.deviation


class ConvolutionalNetwork(nn.Module):
    """Five convolutions with batch normalization, then the largest answer of each channel.

    Takes ink (B, 1, 28, 28) float32 in [0, 1], or without a margin; returns logits (B, 11): ten
    digits, and last the logit of "no digit".
    """

    def __init__(self, width: int, growth: int = 1) -> None:
        """Build the network.

        Args:
            width: channels of the first layer; the second has twice as many, the fourth four
                times.
            growth: how many times as many the third and the last layer have as those before them.
        """
        super().__init__()
        self.normalize: nn.Module = Normalize(MNIST_MEAN, MNIST_DEVIATION)
        self.features = nn.Sequential(
            _convolution(1, width, nn.MaxPool2d(2), kernel=5, padding=0),
            _convolution(width, 2 * width),
            _convolution(2 * width, 2 * growth * width, nn.MaxPool2d(2)),
            _convolution(2 * growth * width, 4 * width),
            _convolution(4 * width, 4 * growth * width),
        )
        self.classifier = nn.Linear(4 * growth * width, DIGITS + 1)
        # With all channels of a pixel side by side in memory, a CPU is three times faster.
        self.to(memory_format=torch.channels_last)

    def forward(self, ink: Tensor) -> Tensor:
        """Return logits (B, 11) of ink (B, 1, 28, 28)."""
        x = self.features(self.normalize(ink))  # (B, 4 growth width, 6, 6)
        return self.classifier(x.amax(dim=(2, 3)))


def _convolution(
    inputs: int, outputs: int, *pooling: nn.Module, kernel: int = 3, padding: int = 1
) -> nn.Sequential:
    # Pooling first leaves a quarter of the numbers to normalize.
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, padding=padding, bias=False),
        *pooling,
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )


def merged(model: nn.Module) -> nn.Module:
    """Put what normalizes in a trained network into its convolutions.

    One image is then read in two thirds of the time.

    Args:
        model: any network; one that is not a ``ConvolutionalNetwork`` is returned as it is.

    Returns:
        A network in evaluation mode with the same logits, but for rounding.
    """
    if not isinstance(model, ConvolutionalNetwork):
        return model
    model = copy.deepcopy(model).eval()
    blocks = [_merged_block(block) for block in model.features]
    first, normalize = next(blocks[0].children()), model.normalize
    assert isinstance(first, nn.Conv2d)
    assert isinstance(normalize, Normalize)
    if first.bias is not None:
        with torch.no_grad():
            first.weight /= normalize.deviation
            first.bias -= normalize.mean * first.weight.sum(dim=(1, 2, 3))
        model.normalize = nn.Identity()
    model.features = nn.Sequential(*blocks)
    return model.to(memory_format=torch.channels_last)


def _merged_block(block: nn.Module) -> nn.Module:
    convolution, *pooling, normalization, activation = block.children()
    assert isinstance(convolution, nn.Conv2d)
    assert isinstance(normalization, nn.BatchNorm2d)
    assert normalization.running_mean is not None
    assert normalization.running_var is not None
    if pooling and bool((normalization.weight < 0).any()):
        return block  # the largest of four values would become the least
    weight, bias = fuse_conv_bn_weights(
        convolution.weight, None, normalization.running_mean, normalization.running_var,
        normalization.eps, normalization.weight, normalization.bias,
    )  # fmt: skip
    convolution.weight, convolution.bias = weight, bias
    return nn.Sequential(convolution, *pooling, activation)


def build(architecture: Architecture) -> nn.Module:
    """Build a network that takes ink (B, 1, 28, 28) in [0, 1], with fresh weights.

    The tutorial normalizes its images with mean 0.5 and deviation 0.5 before ``SimpleNetwork``
    sees them; here that step is part of the network.
    """
    if architecture.name == "simple":
        return nn.Sequential(Normalize(0.5, 0.5), SimpleNetwork())
    return ConvolutionalNetwork(architecture.width, architecture.growth)


def count_parameters(model: nn.Module) -> int:
    """Count the trained numbers of a network."""
    return sum(parameter.numel() for parameter in model.parameters())
