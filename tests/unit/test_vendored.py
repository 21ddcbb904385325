"""Code of others that the review app carries is what its register says it is."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

from review.security.headers import WAVEFORM_STYLE

STATIC = Path(__file__).parents[2] / "review" / "static"
README = (STATIC / "vendored" / "README.md").read_text(encoding="utf-8")
PLAYER = (STATIC / "call" / "player.js").read_text(encoding="utf-8")


def test_every_vendored_file_has_the_hash_that_is_written_down() -> None:
    rows = re.findall(r"^\| `([^`]+)` .*`([0-9a-f]{64})` \|$", README, re.MULTILINE)

    assert {name for name, _ in rows} >= {
        path.name for path in (STATIC / "vendored").glob("*.js")
    } | {"../icons.svg"}
    for name, sha256 in rows:
        content = (STATIC / "vendored" / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == sha256, name


def test_the_policy_lets_in_the_style_that_a_waveform_of_our_height_brings() -> None:
    code = (STATIC / "vendored" / "wavesurfer.min.js").read_text(encoding="utf-8")
    style = code[code.index("<style") : code.index("</style>")].partition(">")[2].partition(">")
    written = (style[0] + style[1] + style[2]).encode().decode("unicode_escape")
    height = re.search(r"WAVE_PX = (\d+);", PLAYER)
    assert height is not None
    filled = re.sub(r"\$\{[^}]*getHeight[^}]*\}", height[1], written)
    filled = filled[filled.index("\n") :]

    digest = base64.b64encode(hashlib.sha256(filled.encode()).digest()).decode()

    assert f"sha256-{digest}" == WAVEFORM_STYLE
