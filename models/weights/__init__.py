"""Pretrained weights: what there is, where it lies, how to get it, whether it is whole."""

from models.weights.assets import Asset, AssetFile, Carrier, Conversion, find_asset, load_assets
from models.weights.fetching import fetch
from models.weights.folder import AssetStatus, FileStatus, require, status, verify
from models.weights.sources import Progress, ProgressReport, Sources

__all__ = [
    "Asset",
    "AssetFile",
    "AssetStatus",
    "Carrier",
    "Conversion",
    "FileStatus",
    "Progress",
    "ProgressReport",
    "Sources",
    "fetch",
    "find_asset",
    "load_assets",
    "require",
    "status",
    "verify",
]
