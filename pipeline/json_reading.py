"""Read JSON that others wrote, and say in words where it is wrong."""

from __future__ import annotations

import json

from pydantic import JsonValue

from pipeline.keys import canonical_json


class NotJSONError(ValueError):
    """A text is not JSON.

    Args:
        line: 1-based, where it goes wrong.
        why: What is wrong there, without the text itself.
    """

    def __init__(self, line: int, why: str) -> None:
        super().__init__(line, why)
        self.line = line
        self.why = why


def read_json(content: bytes) -> JsonValue:
    """Return the value of a JSON text in UTF-8, with or without a byte order mark.

    Stricter than ``json``: NaN, infinities and halves of characters (which no file, store or
    other program would take back) are refused here and not where they would first hurt.

    Raises:
        NotJSONError: It is not JSON.
    """
    try:
        value: JsonValue = json.loads(content.decode("utf-8-sig"))
        canonical_json(value).encode()
    except json.JSONDecodeError as error:
        raise NotJSONError(error.lineno, f"{error.msg.lower()} at column {error.colno}") from error
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise NotJSONError(line, "not in UTF-8") from error
    except UnicodeEncodeError as error:
        raise NotJSONError(1, r"half of a character (an escape \ud800 to \udfff alone)") from error
    except RecursionError as error:
        raise NotJSONError(1, "nested too deeply") from error
    except ValueError as error:
        raise NotJSONError(1, "a number that is too large, infinite or NaN") from error
    return value
