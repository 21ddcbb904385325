"""Forms as a browser sends them."""

from __future__ import annotations

import re

from starlette.testclient import TestClient


def form_of(client: TestClient, path: str, **fields: str) -> dict[str, str]:
    """Return the fields of a page's form, as a browser would send them."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found is not None
    return {"csrf_token": found[1], **fields}
