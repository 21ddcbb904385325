"""Turn a checkpoint that is only published as a pickle into safetensors, once."""

from __future__ import annotations

from pathlib import Path

from models.weights.assets import Conversion
from models.weights.folder import file_sha256
from pipeline.errors import PrerequisiteError


def convert(original: Path, conversion: Conversion, target: Path) -> None:
    """Write the tensors of a checkpoint as safetensors.

    Args:
        original: The official file, its checksum already compared. It is read with torch's
            weights-only loader, which refuses code.
        conversion: Where the tensors are and what the result must hash to.
        target: Written anew; removed again if its checksum differs.

    Raises:
        PrerequisiteError: The result differs from what every other machine got.
    """
    import torch
    from safetensors.torch import save_file

    tensors = torch.load(original, map_location="cpu", weights_only=True)
    for key in conversion.keys:
        tensors = tensors[key]
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, target)
    target.chmod(0o644)
    if (found := file_sha256(target)) != conversion.sha256:
        target.unlink()
        raise PrerequisiteError(
            f"{original.name} became {conversion.path} with sha256 {found}, expected "
            f"{conversion.sha256}; is the installed safetensors the version in constraints.txt?"
        )
