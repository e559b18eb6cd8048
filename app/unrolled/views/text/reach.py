"""What a model without recurrence sees, in words: each input in one step, or not at all."""

import numpy as np

from unrolled.core.behaviour.profile import LagProfile
from unrolled.views.text.message import Message, say
from unrolled.views.text.numbers import factor, percent

DIRECT = {
    "nothing": "No output depends on any input: every derivative is exactly zero.",
    "one_step": "With one step there is nothing to compare.",
    "own": "Each output depends on the current input only.",
    "last": "Each output depends on the last {count} inputs only.",
    "all": "Each output depends on every earlier input in one step (path length 1): median norm {size} at lag {lag}, "
    "{last_size} at lag {last}.",
}
DIRECT_OF_PANEL = {
    "nothing": "{panel}: no output depends on any input: every derivative is exactly zero.",
    "one_step": "{panel}: with one step there is nothing to compare.",
    "own": "{panel}: each output depends on the current input only.",
    "last": "{panel}: each output depends on the last {count} inputs only.",
    "all": "{panel}: each output depends on every earlier input in one step (path length 1): median norm {size} at lag "
    "{lag}, {last_size} at lag {last}.",
}
FAR = "The earlier half of the inputs has {share} of the squared influence on the last output."
REACH = {
    "nothing": "no dependence",
    "all": "path length 1",
    "last": "context of {count}",
    "own": "current input only",
}


def reach_label(profile: LagProfile) -> Message:
    """Say in a few words which inputs an output depends on, such as ``path length 1`` or ``context of 8``."""
    return say(REACH[_reach(profile)], count=(profile.reach or 0) + 1)


def direct_sentence(profile: LagProfile, panel: str = "") -> Message:
    """Say which inputs an output depends on, of a panel with its name."""
    messages, reach = DIRECT_OF_PANEL if panel else DIRECT, _reach(profile)
    if reach != "nothing" and len(profile.lag) == 1:
        return say(messages["one_step"], panel=panel)
    if reach != "all":
        return say(messages[reach], count=(profile.reach or 0) + 1, panel=panel)
    last = int(np.flatnonzero(np.isfinite(profile.median))[-1])
    first = min(1, last)
    return say(
        messages["all"],
        size=factor(float(profile.median[first])),
        lag=int(profile.lag[first]),
        last_size=factor(float(profile.median[last])),
        last=int(profile.lag[last]),
        panel=panel,
    )


def far_sentence(profile: LagProfile) -> Message:
    """Say what the earlier half of the inputs has of the influence on the last output."""
    return say(FAR, share=percent(profile.far_share or 0.0))


def _reach(profile: LagProfile) -> str:
    """Tell whether an output depends on every lag there is, on so many, on its own step alone, or on nothing."""
    if not np.isfinite(profile.median).any():
        return "nothing"
    if profile.reach is None or profile.reach >= int(profile.lag[-1]):
        return "all"
    return "last" if profile.reach else "own"
