"""Where and how callqa runs. What is judged is in the rubric, not here.

Built once, in the command line, and passed down; no other module reads the environment.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

Probability = Annotated[float, Field(ge=0.0, le=1.0)]


class Settings(BaseSettings):
    """Every setting, read from ``CALLQA_*`` variables; command-line options win."""

    model_config = SettingsConfigDict(
        env_prefix="CALLQA_", frozen=True, use_attribute_docstrings=True
    )

    store: str = "callqa.duckdb"
    """Store URL: a DuckDB file."""
    store_wait_s: float = 60.0
    """How long to wait for another process to let go of the store."""
    weights: Path = Field(default_factory=lambda: Path.home() / ".cache" / "callqa" / "weights")
    """Folder that holds pretrained weights, one folder per asset."""
    rubric: Path | None = None
    """Rubric file, or a rubric in the store: ``support@2``, ``support`` for its newest version.
    None: the bundled rubrics/support_v1.yaml."""

    asr_model: str = "whisper-base"
    """Asset name from models/weights.toml, or a folder with a CTranslate2 Whisper model."""
    asr_device: Literal["auto", "cpu", "cuda"] = "cpu"
    asr_compute_type: str = "int8"
    asr_threads: int = 0
    """Threads for speech recognition; 0: one per core."""
    asr_language: str | None = None
    """ISO 639-1 code to force; None: detect."""
    agent_channel: Literal["auto", "0", "1"] = "auto"
    """Which channel of a two-channel recording is the agent; auto: found out from what is said."""
    max_duration_s: float = 4 * 3600
    """Longer recordings are refused with a clear reason."""

    shard_size: int = Field(default=100, ge=1, le=1000)
    """Calls per shard (one flow run); 20-100 is sensible."""
    retries: int = Field(default=2, ge=0)
    """How often a transient failure is tried again."""
    retry_delay_s: float = 5.0

    low_score: float = 60.0
    """Calls that score less are flagged."""
    low_asr_confidence: float = 0.6
    """Mean word probability under which a transcript is flagged."""
    unheard_share: float = Field(default=0.05, ge=0.0, le=1.0)
    """Share of somebody's speech that may have gone unheard. Where more did, nothing is judged not
    done, and not applicable, for not having been heard anywhere in the call."""
    long_silence_s: float = 20.0
    long_hold_s: float = 120.0
    slow_first_word_s: float = 15.0
    random_slice: float = Field(default=0.05, ge=0.0, le=1.0)
    """Share of each agent's calls that is queued at random, for unbiased estimates."""
    random_seed: int = 0
    stated_error: float = Field(default=0.2, ge=0.0, le=1.0)
    """Share of given verdicts that may be wrong. A criterion's least sure verdicts are withheld
    until that held on the held-out calls; 1: nothing is withheld."""
    withhold_under: dict[str, Probability] = Field(default_factory=dict)
    """Thresholds of one's own as JSON, {"empathy": 0.7}: verdicts less probable are withheld, and
    ``stated_error`` does not count for these criteria."""
    redact: bool = True
    """Mask card numbers and spoken secrets before a transcript is stored."""

    sound_folder: Path | None = None
    """Where copies of recordings are kept that browsers can play; None: beside the store."""
    sound_cache_bytes: int = Field(default=5_000_000_000, ge=0)
    """The copies that were not listened to for longest are deleted when there are more."""

    host: str = "127.0.0.1"
    """Address that the review app listens on. Any other than this machine's own needs users."""
    port: int = Field(default=8470, ge=0, le=65535)
    """Port of the review app; 0: any that is free."""
    allowed_hosts: tuple[str, ...] = ()
    """Names under which the review app may be asked for, as JSON; those of this machine always."""
    desk: str | None = None
    """Where users, claims and reviews live; None: a file beside the store."""
    session_hours: float = Field(default=12.0, gt=0)
    """A login ends after so many hours, and after a quarter of them without a click."""
    proxy_user_header: str | None = None
    """Header in which a trusted proxy names who is there; None: people log in with passwords."""
    proxy_addresses: tuple[str, ...] = ("127.0.0.1", "::1")
    """Addresses from which that header is believed, as JSON."""
    secure_cookies: Literal["auto", "always"] = "auto"
    """Cookies for encrypted connections only; auto: where the page came over one."""
    claim_minutes: float = Field(default=30.0, gt=0)
    """A claimed call goes back to the others after so long without a change."""
    blind_share: float = Field(default=0.05, ge=0.0, le=1.0)
    """Share of the calls that two reviewers judge without seeing the machine's verdicts."""
    needed_reviews: int = Field(default=20, ge=2)
    """Under so many reviews no figure about agreement or pass rates is given."""
    uncertain_under: Probability = 0.6
    """A verdict given with less probability is worth a person's look."""
    review_poll_s: float = Field(default=2.0, gt=0)
    """How often the review app looks for newly scored calls."""
    dispute_days: int = Field(default=14, ge=1)
    """So long after a review was released its agent may dispute it."""
    decision_days: int = Field(default=7, ge=1)
    """So long after it was opened a dispute is due to be decided."""
    hook_timeout_s: float = Field(default=10.0, gt=0)
    """How long the receiver of an event may take."""
    public_url: str | None = None
    """How people reach the review app, such as https://qa.example.org: links in events begin so."""

    log_level: str = "WARNING"

    def __hash__(self) -> int:
        """Return a hash over all settings: engines are kept by them, and some are mappings."""
        return hash(self.model_dump_json())
