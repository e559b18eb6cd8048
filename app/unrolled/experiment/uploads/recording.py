"""The query beside a recording of somebody's own: the input is that sound, and as long as it is unless it is cut."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from unrolled.core.data.recording import Recording
from unrolled.errors import FieldError, InvalidInput
from unrolled.experiment.uploads import messages
from unrolled.experiment.uploads.messages import fault, first_faults, number_text, too_many_names
from unrolled.query.messages import quoted
from unrolled.query.query import Query
from unrolled.query.types import MAX_LENGTH


def recorded_query(values: Mapping[str, Any], recording: Recording | None, refused: Iterable[FieldError] = ()) -> Query:
    """Read the query of a recording, None where that could not be read, beside what is ``refused`` already.

    ``input`` is sound and may be left out, ``length`` too: it is then the number of whole frames. Raises InvalidInput.
    """
    if refusal := too_many_names(values, "query"):
        raise InvalidInput.of(*refusal)
    faults = list(refused)
    fields = {**values, "input": "sound"}
    if values.get("input", "sound") != "sound":
        faults.append(fault("input", messages.INPUT_NOT_SOUND, ("sound",), value=quoted(values["input"])))
    unusable = {found.field for found in faults}
    frames = _frames(fields, recording, unusable, faults)
    if "length" not in unusable.union(values):
        if frames is None:
            unusable.add("length")
        else:
            fields["length"] = frames
    faults += Query.faults(fields, unusable)
    if faults:
        raise InvalidInput.of(*first_faults(faults))
    return Query.build(fields)


def _frames(
    fields: Mapping[str, Any], recording: Recording | None, unusable: Collection[str], faults: list[FieldError]
) -> int | None:
    """Count the whole frames of a recording, where that can be told and there are neither none nor too many."""
    values = {name: fields[name] for name in ("frame",) if name in fields}
    if recording is None or "frame" in unusable or Query.faults(values):
        return None
    frame, count = Query.build(values).frame, recording.count
    if count < frame:
        template, samples = messages.FRAME_TOO_LONG.of(count), number_text(count)
        faults.append(fault("frame", template, (1, count), frame=frame, samples=samples, count=count))
        return None
    frames = count // frame
    if frames > MAX_LENGTH and "length" not in fields:
        template, samples = messages.TOO_MANY_FRAMES.of(frame), number_text(frame)
        faults.append(fault("length", template, (MAX_LENGTH,), count=frames, samples=samples, limit=MAX_LENGTH))
        return None
    return frames
