"""A store for the browser tests: calls with real recordings, and what was heard written by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.domain import (
    Call,
    CallMetadata,
    CriterionScore,
    Evaluation,
    Evidence,
    Judgement,
    Reason,
    Sentiment,
    Transcript,
    Turn,
    TurnJudgement,
    Verdict,
)
from pipeline.evaluate import evaluate
from pipeline.keys import sha256_of, text_sha256, transcript_key
from pipeline.rubric import Rubric, bundled_rubric_path, load_rubric
from pipeline.settings import Settings
from pipeline.store import Store
from tests.builders import AT, conversation, turn

EXAMPLES = Path(__file__).parents[2] / "examples" / "calls"
RUBRIC: Rubric = load_rubric(bundled_rubric_path())
SPOKEN = "d1-12"
"""A call whose recording is there."""
LOST = "lost-sound"
"""A call whose recording is not."""
WRITTEN = "chat-1"
HOSTILE = "hostile"
"""A call whose words, agent and team are markup."""
SCRIPT = "<script>document.title = 'broken in'</script>"
LINES = (
    "a: Welcome to Gadgetry Care, Priscilla speaking, how can I help?",
    "c: Hello Priscilla. It's about my son's tablet. The screen's gone, completely shattered.",
    "a: Oh no, poor thing. How old is your son?",
    "c: He's seven. He's been crying about it since breakfast.",
    "a: Bless him. What name did you buy it under, and the phone number?",
    "c: Dominic Achterberg, and the number ends five thirteen.",
    "a: Got you. The ten-inch one, bought in January with the one year cover.",
    "c: That's it. He had it on the stairs and it went down about six steps.",
    "a: Drops aren't included in the one year cover. That is only for faults.",
    "c: Oh. I figured. So it's a no, then.",
    "a: Just put that it was charging on the table and the screen cracked on its own.",
    "c: Sorry? I'd be lying on the form. No, I'm not doing that.",
    "a: Then I can quote you a repair, sixty-five pounds, back within a week.",
    "c: That's fine. Let's do that, thank you.",
    "a: Done, you have it by e-mail. Anything else? Goodbye then.",
)
VERDICTS: Mapping[str, tuple[str, tuple[int, ...]]] = {
    "greeting": ("pass", (0,)),
    "empathy": ("pass", (2, 4)),
    "identity_verification": ("pass", (4, 5)),
    "sensitive_data": ("pass", ()),
    "prohibited_promises": ("pass", ()),
    "hold_etiquette": ("not_applicable", ()),
    "professionalism": ("fail", (10,)),
    "resolution": ("pass", (12,)),
    "closing": ("partial", (14,)),
}
"""The machine's verdict on each criterion, and the turns that it rests on."""


def timed(lines: Sequence[str], duration_s: float) -> tuple[Turn, ...]:
    """Return turns whose lengths follow from their words, spread over a recording."""
    written = conversation(*lines)
    share_s = (duration_s - 4.0) / sum(len(item.text) + 12 for item in written)
    turns, at_s = [], 2.0
    for item in written:
        length_s = (len(item.text) + 12) * share_s
        turns.append(
            turn(
                item.index,
                item.role,
                item.text,
                start_s=round(at_s, 2),
                end_s=round(at_s + length_s * 0.85, 2),
                channel=0 if item.role == "agent" else 1,
            )
        )
        at_s += length_s
    return tuple(turns)


def judged(
    turns: Sequence[Turn], verdicts: Mapping[str, tuple[str, tuple[int, ...]]] = VERDICTS
) -> Judgement:
    """Return what the machine says about the turns."""
    return Judgement(
        scores=tuple(
            _score(criterion.id, turns, *verdicts[criterion.id]) for criterion in RUBRIC.criteria
        ),
        turns=tuple(
            TurnJudgement(
                turn=item.index,
                sentiment=Sentiment.NEGATIVE if item.index < 6 else Sentiment.NEUTRAL,
                sentiment_probability=0.82,
            )
            for item in turns
            if item.role == "customer"
        ),
    )


def _score(
    criterion: str, turns: Sequence[Turn], verdict: str, rests_on: tuple[int, ...]
) -> CriterionScore:
    known = Verdict(verdict)
    return CriterionScore(
        criterion=criterion,
        verdict=known,
        probability=None if known is Verdict.UNSCORED else 0.93,
        reason=Reason.MODEL_ABSTAINED if known is Verdict.UNSCORED else None,
        explanation=f"Said by hand: {verdict.replace('_', ' ')}.",
        evidence=tuple(
            Evidence(
                turn=at, quote=turns[at].text, start_s=turns[at].start_s, end_s=turns[at].end_s
            )
            for at in rests_on
            if at < len(turns)
        ),
    )


def spoken_call(call_id: str, source: Path, **metadata: object) -> Call:
    """Return the call of a recording; one that is not there has a made-up hash."""
    sha256 = text_sha256(call_id)
    if source.is_file():
        with source.open("rb") as stream:
            sha256 = sha256_of(stream)
    known = {"agent": "Priscilla", "team": "Gadgetry Care", "queue": "Warranty", "started_at": AT}
    return Call(
        call_id=call_id,
        recording_sha256=sha256,
        source=str(source),
        metadata=CallMetadata.model_validate({**known, **metadata}),
    )


def heard(call: Call, turns: Sequence[Turn], *, written: bool = False) -> Transcript:
    """Return a call's transcript."""
    return Transcript(
        key=transcript_key(call.recording_sha256, "by hand", call.call_id),
        recording_sha256=call.recording_sha256,
        source="text" if written else "recording",
        asr_model="by hand",
        settings_hash=call.call_id,
        language="en",
        language_probability=0.99,
        duration_s=None if written else 108.1,
        channels=None if written else 2,
        turns=tuple(turns),
    )


def put(
    store: Store, settings: Settings, call: Call, transcript: Transcript, judgement: Judgement
) -> Evaluation:
    """Store a call with its evaluation."""
    evaluation = evaluate(
        call,
        transcript,
        RUBRIC,
        judgement,
        settings=settings,
        model_versions={"moves": "by hand 1"},
        software_version="test",
        at=AT,
    )
    store.write_transcript(call, transcript)
    store.write_evaluations([evaluation], RUBRIC)
    return evaluation


def fill(store: Store, settings: Settings) -> None:
    """Put the calls of the tests into a store."""
    turns = timed(LINES, 108.1)
    for call_id, source in ((SPOKEN, EXAMPLES / "d1-12.flac"), (LOST, Path("/nowhere/lost.wav"))):
        call = spoken_call(call_id, source)
        put(store, settings, call, heard(call, turns), judged(turns))
    written = conversation(*LINES)
    chat = spoken_call(WRITTEN, Path("/nowhere/chat-1.json"))
    put(store, settings, chat, heard(chat, written, written=True), judged(written))
    hostile = conversation(f"a: Good morning {SCRIPT}", *LINES[1:])
    bad = spoken_call(HOSTILE, Path("/nowhere/h.json"), agent=f"Eve {SCRIPT}", team=SCRIPT)
    put(store, settings, bad, heard(bad, hostile, written=True), judged(hostile))
