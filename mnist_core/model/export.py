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
from mnist_core.ink.frame import IMAGE_SIZE
from mnist_core.model.recognizer import Recognizer

FORMATS = ("onnx", "torchscript")


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
    """Write the network of a recognizer for other programs.

    Args:
        recognizer: whose network, with its temperature, is written.
        file_format: ``onnx`` or ``torchscript``.
        output: the file to write.

    Raises:
        ExportError: there is no such format, the file can't be written, or a package that the
            format needs is missing.
    """
    if file_format not in FORMATS:
        raise ExportError(f"There is no format {file_format!r}: choose {' or '.join(FORMATS)}.")
    temperature = recognizer.info.calibration.temperature
    # A copy, since moving it to the CPU would take the recognizer's own along.
    network = CalibratedNetwork(copy.deepcopy(recognizer.model), temperature).cpu().eval()
    # Two images: with one, tracing would take the batch for a constant.
    example = torch.zeros((2, 1, IMAGE_SIZE, IMAGE_SIZE))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # PyTorch warns that TorchScript is an old format
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
        reason = str(error).partition("\n")[0]
        raise ExportError(f"{output} can't be written ({reason}): name another file.") from error
