"""Who owns a call id and who owns a recording: duplicates and conflicts are found before work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flows.calls import Status
from pipeline.domain import Call


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a call is not scored."""

    status: Status
    reason: str


class Owners:
    """Which call id stands for which recording, in the store and earlier in the same shard.

    Args:
        sha256_of: ``{call_id: recording_sha256}`` of the stored calls that could clash.
    """

    def __init__(self, sha256_of: Mapping[str, str]) -> None:
        self._sha256_of = dict(sha256_of)
        self._call_id_of = {sha256: call_id for call_id, sha256 in sorted(sha256_of.items())}

    def claim(self, call: Call) -> Refusal | None:
        """Register a call, or return why it cannot be scored. First come, first served."""
        sha256 = call.recording_sha256
        owned = self._sha256_of.get(call.call_id)
        if owned is not None and owned != sha256:
            return Refusal(
                "failed",
                f"the call id {call.call_id!r} belongs to another recording (sha256 {owned[:12]}…) "
                "that is in the store: give this one another call_id in a manifest",
            )
        owner = self._call_id_of.get(sha256)
        if owned is None and owner is not None:
            return Refusal(
                "duplicate", f"the same recording as call {owner!r}, so it is not scored again"
            )
        self._sha256_of[call.call_id] = sha256
        self._call_id_of[sha256] = call.call_id
        return None
