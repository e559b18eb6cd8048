"""The query beside a recording of somebody's own: the input is that sound, and as long as it is unless it is cut."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from unrolled.core.data.recording import Recording
from unrolled.errors import FieldError, InvalidInput
from unrolled.experiment.uploads.messages import counted, first_faults, too_many_names
from unrolled.query.messages import quoted
from unrolled.query.query import Query
from unrolled.query.types import MAX_LENGTH


def recorded_query(values: Mapping[str, Any], recording: Recording | None, told: Iterable[FieldError] = ()) -> Query:
    """Read the query of a recording.

    Parameters
    ----------
    values : mapping
        Names and values; ``input`` is sound and may be left out, ``length`` too: it is then the number of whole frames.
    recording : Recording or None
        The sound; None where it could not be read.
    told : iterable of FieldError, optional
        What is already known to be wrong.

    Returns
    -------
    Query
        The query.

    Raises
    ------
    InvalidInput
        Lists everything that is wrong.
    """
    if many := too_many_names(values, "query"):
        raise InvalidInput.of(*many)
    faults = list(told)
    fields = {**values, "input": "sound"}
    if values.get("input", "sound") != "sound":
        message = f"input is {quoted(values['input'])}, but the body is a recording: leave input out or give sound."
        faults.append(FieldError("input", message, ("sound",)))
    unsettled = {fault.field for fault in faults}
    frames = _frames(fields, recording, unsettled, faults)
    if "length" not in unsettled.union(values):
        if frames is None:
            unsettled.add("length")
        else:
            fields["length"] = frames
    faults += Query.faults(fields, unsettled)
    if faults:
        raise InvalidInput.of(*first_faults(faults))
    return Query.build(fields)


def _frames(
    fields: Mapping[str, Any], recording: Recording | None, unusable: Collection[str], faults: list[FieldError]
) -> int | None:
    """Count the whole frames of a recording, where that can be told and there are neither none nor too many."""
    given = {name: fields[name] for name in ("frame",) if name in fields}
    if recording is None or "frame" in unusable or Query.faults(given):
        return None
    frame, count = Query.build(given).frame, recording.count
    if count < frame:
        message = f"frame is {frame}, but the recording has {counted(count, 'sample')}: lower frame to {count}."
        faults.append(FieldError("frame", message, (1, count)))
        return None
    if count // frame > MAX_LENGTH and "length" not in fields:
        message = (
            f"The recording has {count // frame} frames of {counted(frame, 'sample')}, and length is left out; at most "
            f"{MAX_LENGTH} steps are taken: give a length, which cuts the recording, or raise frame."
        )
        faults.append(FieldError("length", message, (MAX_LENGTH,)))
        return None
    return count // frame
