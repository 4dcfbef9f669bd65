"""The errors that the core raises for people to read.

    MnistCoreError
    ├── DrawingError     the strokes are not a drawing
    ├── PictureError     the picture can't be read
    ├── DataError        the images or drawings can't be had
    ├── WeightsError     the weight file can't be used
    ├── DeviceError      the device is not there
    ├── TrainingError    the training can't start or go on
    │   └── SettingError  one of its settings can't be
    ├── ModelStoreError  the kept model can't be had, or can't be kept
    ├── CorrectionError  the labeled drawing can't be had, or can't be kept
    ├── ExportError      the network can't be written for other programs
    └── OptionError      the program can't start as it was asked to

The text of each is one sentence: what happened, to what, and what to do.
"""


class MnistCoreError(Exception):
    """Base of all errors whose text is meant for people."""


class DrawingError(MnistCoreError):
    """The value is not a list of strokes of finite points, or is too large."""


class PictureError(MnistCoreError):
    """The picture can't be opened, or is too large."""


class DataError(MnistCoreError):
    """The data set or stroke set is damaged, out of reach, or can't be unpacked."""


class WeightsError(MnistCoreError):
    """The weight file is missing, damaged, or of another program."""


class DeviceError(MnistCoreError):
    """The device asked for is not on this machine."""


class TrainingError(MnistCoreError):
    """The training can't start, or ended before its time."""


class SettingError(TrainingError):
    """A setting of a training is out of its range, or not among those offered."""

    def __init__(self, setting: str, sentence: str) -> None:
        """Take the setting's name, such as ``epochs``, beside the sentence."""
        super().__init__(sentence)
        self.setting = setting


class ModelStoreError(MnistCoreError):
    """The model is not in the store, its name is empty, or the store is full or out of reach."""


class ExportError(MnistCoreError):
    """The network can't be written in this format here."""


class CorrectionError(MnistCoreError):
    """The labeled drawing is gone, blank, or one too many, or its folder is out of reach."""


class OptionError(MnistCoreError):
    """An option of a program asks for what can't be had: a port, a folder, a file."""
