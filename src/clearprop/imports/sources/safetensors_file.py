"""A safetensors file with the tensors of a network."""

from pathlib import Path
from typing import Any

from clearprop._errors import invalid_argument
from clearprop.files.outputs import is_model
from clearprop.imports.source import Asked, Imported, Source, has_ending
from clearprop.imports.sources.arrays import layers_from


class SafetensorsFile(Source):
    """A .safetensors file."""

    name = "safetensors file"

    def recognises(self, given: Any) -> bool:
        """Return whether its name ends so, and it is no model of clearprop."""
        return has_ending(given, ".safetensors") and not is_model(Path(given))

    def read(self, given: Any, asked: Asked) -> Imported:
        """Return the layers, in the order of their names as numbers."""
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        try:
            arrays = load_file(given)
        except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
            why = f"it is no safetensors file that can be read ({error})."
            raise invalid_argument("source", str(given), why, "another file.") from None
        return layers_from({name: arrays[name] for name in in_order(arrays)}, asked)


def in_order(names: Any) -> list[str]:
    """Return names with their numbers in order: layer2 before layer10.

    Examples
    --------
    >>> in_order(["10.weight", "2.weight", "2.bias"])
    ['2.bias', '2.weight', '10.weight']
    """
    import re

    def key(name: str) -> list[Any]:
        return [
            (int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)
        ]

    return sorted(names, key=key)
