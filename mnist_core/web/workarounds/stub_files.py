"""Keeps Gradio from writing stub files for editors at each start.

As it is imported, Gradio 6.31.0 parses the source of each of its components, makes a stub file of
it for editors, and writes that into its own folder where it differs from the one installed there:
a third of the processor time of its import. This has to be done before Gradio is imported.
``test_gradio_by_itself_goes_through_its_stub_files`` tells when it can go. Knows nothing of pages.
"""

import sys
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

_MODULE = "gradio.component_meta"
_WRITER = "create_or_modify_pyi"


def write_no_stub_files() -> None:
    """Have Gradio's components made without stub files, if Gradio has not been imported yet."""
    if _MODULE not in sys.modules and not any(isinstance(each, _Finder) for each in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder:
    """Finds one module as Python does, and takes one function out of it once it is loaded."""

    def find_spec(self, name: str, path: Any, _target: ModuleType | None = None) -> Any:
        spec: ModuleSpec | None = PathFinder.find_spec(name, path) if name == _MODULE else None
        if spec is None or spec.loader is None:
            return None
        sys.meta_path.remove(self)
        load = spec.loader.exec_module

        def load_without_writer(module: ModuleType) -> None:
            load(module)
            if hasattr(module, _WRITER):
                setattr(module, _WRITER, lambda *_: None)

        spec.loader.exec_module = load_without_writer  # type: ignore[method-assign]
        return spec
