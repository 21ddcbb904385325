"""The API described: as OpenAPI for programs, as a plain page for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse, Response

from review.context import Reviewer, page
from review.pages import api

router = APIRouter(prefix="/api", include_in_schema=False)
SUMMARY = (
    "Read-only: calls, scorecards, reviews and figures, of what the token's owner may see. Send "
    "the token as Authorization: Bearer …; make one under Your account."
)


@dataclass(frozen=True, slots=True)
class Described:
    """One request that can be made."""

    path: str
    what: str
    parameters: tuple[tuple[str, str, str], ...]
    """Name, where it stands, what it means."""
    fields: tuple[tuple[str, str, str], ...]
    """Name, type and meaning of what one item of the answer holds."""


@router.get("/openapi.json")
def openapi(viewer: Reviewer) -> Response:
    """Return the description for programs."""
    return JSONResponse(schema())


@router.get("/docs")
def docs(request: Request, viewer: Reviewer) -> Response:
    """Show the description."""
    return page(request, viewer, "api/docs.html", described=described(), summary=SUMMARY)


@cache
def schema() -> dict[str, Any]:
    """Return the OpenAPI document of the API."""
    found = get_openapi(
        title="callqa", version=version("callqa"), description=SUMMARY, routes=api.router.routes
    )
    found.setdefault("components", {})["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer"}
    }
    found["security"] = [{"token": []}]
    return found


@cache
def described() -> tuple[Described, ...]:
    """Return every request with its parameters and answer, in words."""
    whole = schema()
    return tuple(
        Described(
            path,
            operation.get("description", operation["summary"]),
            tuple(
                (item["name"], item["in"], _meaning(item))
                for item in operation.get("parameters", ())
            ),
            tuple(_fields(whole, operation["responses"]["200"])),
        )
        for path, methods in whole["paths"].items()
        for operation in (methods["get"],)
    )


def _meaning(item: Mapping[str, Any]) -> str:
    told = item.get("description", "")
    known = item.get("schema", {})
    extra = []
    if "enum" in known:
        extra.append(" | ".join(map(str, known["enum"])))
    if known.get("default") not in (None, ""):
        extra.append(f"default {known['default']}")
    return " ".join([told, f"({', '.join(extra)})" if extra else ""]).strip()


def _fields(whole: Mapping[str, Any], answer: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    found = answer["content"]["application/json"]["schema"]
    record = _record(whole, found)
    inside = record.get("properties", {}).get("items")
    if inside:
        record = _record(whole, inside)
    return [
        (name, _type(known), known.get("description", ""))
        for name, known in record.get("properties", {}).items()
    ]


def _record(whole: Mapping[str, Any], found: Mapping[str, Any]) -> Mapping[str, Any]:
    inner = found.get("items", found)
    reference = inner.get("$ref", "").rpartition("/")[2]
    resolved: Mapping[str, Any] = whole["components"]["schemas"].get(reference, inner)
    return resolved


def _type(known: Mapping[str, Any]) -> str:
    """Return the type of a field in a word or two."""
    if "anyOf" in known:
        return " or ".join(_type(item) for item in known["anyOf"])
    if "$ref" in known:
        return str(known["$ref"].rpartition("/")[2])
    if known.get("type") == "array":
        return f"list of {_type(known.get('items', {}))}"
    return str(known.get("format") or known.get("type", "any"))
