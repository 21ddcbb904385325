"""The sound of a call and its waveform, for those who may see the call."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from pipeline.desk.documents import scorecard_of
from pipeline.desk.peaks import peaks_for
from pipeline.domain import Call
from pipeline.errors import PrerequisiteError, RecordingError
from pipeline.peaks import Peaks
from pipeline.people import UserRole
from pipeline.playback import Playable, Playback, playback_for
from review.context import CurrentViewer, ServicesOf, audited, visible_call
from review.security.viewer import Viewer
from review.services import Services
from review.sound import KEPT_NOWHERE, send

router = APIRouter()


@router.api_route("/calls/{call_id}/audio", methods=["GET", "HEAD"], include_in_schema=False)
def audio(request: Request, viewer: CurrentViewer, services: ServicesOf, call_id: str) -> Response:
    """Send the recording, or a copy that browsers play, whole or in ranges."""
    call = _recorded_call(request, viewer, services, call_id)
    answer = send(request, _playable(call, viewer, services))
    if request.method == "GET":
        audited(request, viewer, "call.listened", f"call:{call.call_id}")
    return answer


@router.get("/calls/{call_id}/peaks", include_in_schema=False)
def peaks(request: Request, viewer: CurrentViewer, services: ServicesOf, call_id: str) -> Response:
    """Send how loud each channel is over time, as wavesurfer.js takes it."""
    call = _recorded_call(request, viewer, services, call_id)
    found = _peaks(call, viewer, services)
    return Response(
        found.waveform().model_dump_json(), headers=KEPT_NOWHERE, media_type="application/json"
    )


def _recorded_call(request: Request, viewer: Viewer, services: Services, call_id: str) -> Call:
    """Return a call that the viewer may see and that has sound.

    Raises:
        HTTPException: 404; it has none, there is no such call, or they may not see it.
    """
    row = visible_call(request, viewer, call_id)
    if row.source == "text":
        raise HTTPException(404, "This call was written, not spoken: it has no sound.")
    scorecard = scorecard_of(services.desk, services.store, row.call_id)
    if scorecard is None:
        raise HTTPException(404, "This call is no longer in the store.")
    return scorecard.call


def _playable(call: Call, viewer: Viewer, services: Services) -> Playable:
    try:
        return _playback(services).playable(call)
    except (RecordingError, PrerequisiteError) as error:
        raise _told(error, viewer) from error


def _peaks(call: Call, viewer: Viewer, services: Services) -> Peaks:
    try:
        return peaks_for(services.desk, services.store, _playback(services), call)
    except (RecordingError, PrerequisiteError) as error:
        raise _told(error, viewer) from error


def _playback(services: Services) -> Playback:
    if services.sound is None:
        raise PrerequisiteError("this review app was started without a sound reader: see the log")
    return playback_for(services.sound, services.settings)


def _told(error: RecordingError | PrerequisiteError, viewer: Viewer) -> HTTPException:
    """Return the answer to what went wrong; agents do not learn where recordings are kept."""
    status = 404 if isinstance(error, RecordingError) else 503
    if viewer.user.role is UserRole.AGENT:
        return HTTPException(status, "The recording of this call cannot be played. Tell your lead.")
    return HTTPException(status, f"{str(error)[:1].upper()}{str(error)[1:]}.")
