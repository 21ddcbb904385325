"""Pass reviews and corrections on to the store, which answers questions about all of them.

They are safe at the desk before anybody is told "saved"; here they follow within seconds, many in
one write, so that no reviewer waits for whoever is writing to the store. Killed between the two,
it posts again: the store leaves alone what it has.
"""

from __future__ import annotations

from pipeline.desk.database import Desk
from pipeline.desk.statements import mark_posted, unposted
from pipeline.store import Store

PIECE = 500
"""Reviews per write."""


def post(desk: Desk, store: Store) -> int:
    """Post what the store does not have yet; return how many reviews and corrections those were.

    Raises:
        StoreError: Store or desk cannot be used; what was not posted stays to be.
    """
    count = 0
    while store.exists():
        with desk.reading() as connection:
            reviews, corrections = unposted(connection, PIECE)
        if not (reviews or corrections):
            break
        store.write_reviews(reviews, corrections)
        with desk.writing() as connection:
            mark_posted(connection, reviews, corrections)
        count += len(reviews) + len(corrections)
    return count
