"""The Hugging Face hub and its local cache: where most official files are published."""

from __future__ import annotations

import logging
from pathlib import Path

from models.weights.assets import Asset, AssetFile
from models.weights.sources import Sources

REACH_TIMEOUT_S = 4.0
"""The client's own retries take over 20 s to give up on a hub that is not there."""

logger = logging.getLogger(__name__)


def cached_file(asset: Asset, file: AssetFile, sources: Sources) -> Path | None:
    """Return the file in the hub client's local cache; None if it is not there. Asks no network."""
    from huggingface_hub import try_to_load_from_cache

    if asset.hub_repository is None:
        return None
    found = try_to_load_from_cache(
        asset.hub_repository, file.path, cache_dir=sources.hub_cache, revision=asset.revision
    )
    return Path(found) if isinstance(found, str) else None


def hub_answers(sources: Sources) -> bool:
    """Return whether the hub answers within seconds, by way of the proxy if one is set."""
    import httpx2
    from huggingface_hub import constants, get_session

    try:
        get_session().head(sources.hub_endpoint or constants.ENDPOINT, timeout=REACH_TIMEOUT_S)
    except httpx2.HTTPError as error:
        logger.warning("the Hugging Face hub does not answer: %s", error)
        return False
    return True


def download_file(asset: Asset, file: AssetFile, sources: Sources) -> Path | None:
    """Return the file as downloaded from the hub; None if the hub does not have it or fails."""
    import httpx2
    from huggingface_hub import hf_hub_download

    if asset.hub_repository is None:
        return None
    try:
        return Path(
            hf_hub_download(
                asset.hub_repository,
                file.path,
                revision=asset.revision,
                cache_dir=sources.hub_cache,
                endpoint=sources.hub_endpoint,
            )
        )
    except (httpx2.HTTPError, OSError) as error:
        logger.warning("the hub gave no %s of %s: %s", file.path, asset.name, error)
        return None
