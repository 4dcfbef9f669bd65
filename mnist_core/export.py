"""Write a network for other programs: ONNX or TorchScript.

The exported network takes ink, float32 (B, 1, 28, 28) in [0, 1] by the name ``ink``, and gives
calibrated ``probabilities``, float32 (B, 10), or (B, 11) with "no digit" last.
"""

import copy
import warnings
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from mnist_core.errors import ExportError
from mnist_core.inference import Recognizer
from mnist_core.strokes import IMAGE_SIZE


class CalibratedNetwork(nn.Module):
    """A network with its temperature: probabilities in place of logits."""

    def __init__(self, network: nn.Module, temperature: float) -> None:
        super().__init__()
        self.network = network
        self.temperature = temperature

    def forward(self, ink: Tensor) -> Tensor:
        """Return probabilities (B, classes) of ink (B, 1, 28, 28)."""
        return functional.softmax(self.network(ink) / self.temperature, dim=1)


def export(recognizer: Recognizer, file_format: str, output: Path) -> None:
    """Write the network of a recognizer as ``onnx`` or ``torchscript``.

    Raises:
        ExportError: the file can't be written, or a package that the format needs is missing.
    """
    temperature = recognizer.info.calibration.temperature
    # A copy, since moving it to the CPU would take the recognizer's own along.
    network = CalibratedNetwork(copy.deepcopy(recognizer.model), temperature).cpu().eval()
    # Two images: with one, tracing would take the batch for a constant.
    example = torch.zeros((2, 1, IMAGE_SIZE, IMAGE_SIZE))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of formats that torch would rather see replaced
            if file_format == "torchscript":
                torch.jit.trace(network, example).save(str(output))
            else:
                torch.onnx.export(
                    network,
                    (example,),
                    str(output),
                    input_names=["ink"],
                    output_names=["probabilities"],
                    dynamic_shapes=({0: torch.export.Dim("images", min=1)},),
                    external_data=False,
                    dynamo=True,
                    verbose=False,
                )
    except ImportError as error:
        raise ExportError(
            f"ONNX files need a package that is not installed ({error.name}): "
            "pip install onnx onnxscript, and export again."
        ) from error
    except (OSError, RuntimeError) as error:
        raise ExportError(
            f"{output} can't be written ({str(error).splitlines()[0]}): name another file."
        ) from error
