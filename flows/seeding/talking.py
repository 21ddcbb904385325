"""What follows reviews in a made-up office: settling, releasing, coaching, disputes."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from functools import partial

from flows.seeding.agenda import Agenda, working_time
from flows.seeding.judging import quote_of
from flows.seeding.premises import Premises
from flows.seeding.remarks import reason, remark
from flows.seeding.staff import Staff
from pipeline.desk import audit
from pipeline.desk.blind import BlindStage, blind_state, settle
from pipeline.desk.calls import CallRow
from pipeline.desk.coaching import NewNote, acknowledge, write_note
from pipeline.desk.deciding import reject, uphold
from pipeline.desk.disputes import DisputeState, find_dispute, open_dispute, withdraw_dispute
from pipeline.desk.released import released_review
from pipeline.desk.releases import release
from pipeline.desk.reviewing import Decided
from pipeline.desk.shown import ReleasedCard, released_card
from pipeline.desk.times import as_of
from pipeline.domain import Verdict
from pipeline.people import User

SETTLED, RELEASED, COACHED = 0.75, 0.88, 0.25
"""How often pairs are settled, reviews released, and failed calls talked about."""
ANSWERED = 0.75
DISPUTED_WRONG, DISPUTED_RIGHT = 0.7, 0.15
"""How often an agent objects to a wrong verdict, and to a right one."""
DECIDED, WITHDRAWN = 0.88, 0.05
MOST_DAYS_TO_DISPUTE = 8.0


class Talking:
    """Leads and agents, who act on reviews.

    Args:
        premises: Where.
        staff: Who.
        agenda: When; what they do is put on it.
        rng: Chooses.
    """

    def __init__(
        self, premises: Premises, staff: Staff, agenda: Agenda, rng: random.Random
    ) -> None:
        self._premises, self._staff, self._agenda, self._rng = premises, staff, agenda, rng

    def after_review(self, call: CallRow, done: datetime) -> None:
        """Put on the agenda what a lead does about a call that is reviewed."""
        lead = self._staff.lead_of(call.team, self._rng)
        if call.blind and self._rng.random() < SETTLED:
            self._later(done, 0.2, 4.0, partial(self._settle, call, lead))
        if self._rng.random() < RELEASED:
            self._later(done, 0.5, 6.0, partial(self._release, call, lead))

    def _later(self, moment: datetime, least: float, most: float, act: partial[None]) -> None:
        self._agenda.put(working_time(moment, self._rng.uniform(least, most)), act)

    def _settle(self, call: CallRow, lead: User, moment: datetime) -> None:
        known, desk = self._premises.card(call.call_id), self._premises.desk
        with desk.reading() as connection:
            state = blind_state(connection, call)
        if known is None or state is None or state.stage is not BlindStage.TO_SETTLE:
            return
        card, truth = known
        why = remark("settlements", "settled", self._rng)
        decided = {
            item.criterion: Decided(truth.verdicts[item.criterion], why)
            for item in state.open_differences
        }
        with as_of(moment):
            settle(desk, lead, call, card, decided, now=moment)
            with desk.writing() as connection:
                about = {"criteria": ", ".join(sorted(decided))}
                audit.record(connection, lead.user_id, "blind.settled", _on(call), about)

    def _release(self, call: CallRow, lead: User, moment: datetime) -> None:
        """Show a review to its agent, and talk to them about it."""
        known, desk = self._premises.card(call.call_id), self._premises.desk
        if known is None:
            return
        with as_of(moment), desk.writing() as connection:
            if not release(connection, lead, [call.call_id]).calls:
                return
            audit.record(connection, lead.user_id, "review.released", _on(call))
            review = released_review(connection, lead, call.call_id)
            assert review is not None, "it was released just now"
            shown = released_card(connection, review, known[0])
        self._coach(call, lead, shown, moment)
        agent = self._staff.agent_of(call.agent)
        if agent is not None:
            self._object(call, agent, shown, moment)

    def _coach(self, call: CallRow, lead: User, shown: ReleasedCard, moment: datetime) -> None:
        """Write a note on something that went wrong."""
        known, failed = self._premises.card(call.call_id), shown.having(Verdict.FAIL)
        if known is None or not failed or call.agent is None or self._rng.random() >= COACHED:
            return
        about = self._rng.choice(failed)
        spot = about.evidence[0] if about.evidence else None
        turn = None if spot is None else known[0].transcript.turns[spot.turn]
        new = NewNote(
            body=remark("coaching", about.criterion.id, self._rng, call.agent),
            turn=None if turn is None else turn.index,
            quote=None if turn is None else quote_of(turn).quote,
            due_on=moment.date() + timedelta(days=self._rng.randint(3, 10)),
        )
        with as_of(moment), self._premises.desk.writing() as connection:
            note_id = write_note(connection, lead, call, known[0].transcript, new)
            audit.record(connection, lead.user_id, "note.written", _on(call), {"note": note_id})
        agent = self._staff.agent_of(call.agent)
        if agent is not None and self._rng.random() < ANSWERED:
            self._later(moment, 0.1, 6.0, partial(self._acknowledge, call, agent, note_id))

    def _acknowledge(self, call: CallRow, agent: User, note_id: str, moment: datetime) -> None:
        answered = self._rng.random() < 0.5
        answer = remark("answers", "acknowledged", self._rng) if answered else ""
        with as_of(moment), self._premises.desk.writing() as connection:
            acknowledge(connection, agent, note_id, answer)
            about = {"note": note_id}
            audit.record(connection, agent.user_id, "note.acknowledged", _on(call), about)

    def _object(self, call: CallRow, agent: User, shown: ReleasedCard, moment: datetime) -> None:
        """Put a dispute on the agenda, more often where the agent is right."""
        known, low = self._premises.card(call.call_id), shown.having(Verdict.FAIL, Verdict.PARTIAL)
        if known is None:
            return
        for item in low:
            wrong = known[1].verdicts[item.criterion.id] is not item.verdict
            if self._rng.random() < (DISPUTED_WRONG if wrong else DISPUTED_RIGHT):
                act = partial(self._dispute, call, agent, item.criterion.id, wrong)
                self._later(moment, 0.1, MOST_DAYS_TO_DISPUTE, act)
                return

    def _dispute(
        self, call: CallRow, agent: User, criterion: str, wrong: bool, moment: datetime
    ) -> None:
        known, desk = self._premises.card(call.call_id), self._premises.desk
        comment = remark("disputes", "wrong" if wrong else "right", self._rng)
        with as_of(moment), desk.writing() as connection:
            review = released_review(connection, agent, call.call_id)
            if known is None or review is None:
                return
            shown = released_card(connection, review, known[0])
            settings = self._premises.settings
            dispute = open_dispute(connection, settings, agent, shown, criterion, comment)
            about = {"dispute": dispute, "criterion": criterion}
            audit.record(connection, agent.user_id, "dispute.opened", _on(call), about)
        chance = self._rng.random()
        if chance < WITHDRAWN:
            self._later(moment, 0.1, 2.0, partial(self._withdraw, call, agent, dispute))
        elif chance < WITHDRAWN + DECIDED:
            lead = self._staff.lead_of(call.team, self._rng)
            self._later(moment, 0.5, 8.0, partial(self._decide, call, lead, dispute))

    def _withdraw(self, call: CallRow, agent: User, dispute: str, moment: datetime) -> None:
        with as_of(moment), self._premises.desk.writing() as connection:
            withdraw_dispute(connection, agent, dispute)
            about = {"dispute": dispute}
            audit.record(connection, agent.user_id, "dispute.withdrawn", _on(call), about)

    def _decide(self, call: CallRow, lead: User, dispute: str, moment: datetime) -> None:
        known, desk = self._premises.card(call.call_id), self._premises.desk
        with as_of(moment), desk.writing() as connection:
            found = find_dispute(connection, lead, dispute)
            review = released_review(connection, lead, call.call_id)
            if known is None or review is None or found is None:
                return
            if found.state is not DisputeState.OPEN:
                return
            item = released_card(connection, review, known[0]).of(found.criterion)
            right = known[1].verdicts[found.criterion]
            if item is None or item.verdict is right:
                action = "dispute.rejected"
                reject(connection, lead, dispute, remark("decisions", "rejected", self._rng))
            else:
                action = "dispute.upheld"
                words = remark("decisions", "upheld", self._rng)
                why = reason(found.criterion, right, self._rng)
                uphold(connection, lead, known[0], dispute, right, f"{words} {why}")
            about = {"dispute": dispute, "criterion": found.criterion}
            audit.record(connection, lead.user_id, action, _on(call), about)


def _on(call: CallRow) -> str:
    return f"call:{call.call_id}"
