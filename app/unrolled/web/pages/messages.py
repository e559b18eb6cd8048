"""What scripts say of what they alone know: whole messages with named values, filled by `static/js/text/messages.js`.

``{name}`` is a value; ``{count|one|many}`` or ``{count|none|one|many}`` chooses by a number, which ``#`` stands for.
Mathematics is written as in the sentences of the server: ``h_5``, ``10^−0.6``.
"""

from collections.abc import Mapping

from unrolled.errors import InvalidInput
from unrolled.views.text.caption import OWN_RECORDING

_LATER = "{lag|at the same step|1 step later|# steps later}"

_CELL = {
    "cell": "t = {t}, k = {k}, lag {lag}.",
    "cell_sized": "t = {t}, k = {k}, lag {lag}: {size}.",
    "cell_aloud": "t {t}, k {k}: {sentence}",
    "cell_sized_aloud": "t {t}, k {k}: {size}. {sentence}",
    "cell_itself": "{later} against itself: nothing lies between, so nothing is lost.",
    "cell_beside": "{earlier} and {later} stand side by side at the same step: no path leads from one to the other.",
    "cell_unknown": f"A nudge to {{earlier}} is followed to {{later}}, {_LATER}.",
    "cell_zero": f"A nudge to {{earlier}} leaves no trace in {{later}}, {_LATER}: the product is exactly zero.",
    "cell_all": f"Of a nudge to {{earlier}}, {{later}} feels at most all of it, {_LATER}.",
    "cell_nearly": f"Of a nudge to {{earlier}}, {{later}} feels at most practically all of it, {_LATER}.",
    "cell_less": f"Of a nudge to {{earlier}}, {{later}} feels less than 1 part in a billion, {_LATER}.",
    "cell_more": f"Of a nudge to {{earlier}}, {{later}} feels more than a billion times as much, {_LATER}.",
    "cell_part": f"Of a nudge to {{earlier}}, {{later}} feels at most about 1 part in {{count}}, {_LATER}.",
    "cell_times": f"Of a nudge to {{earlier}}, {{later}} feels at most about {{count}} times as much, {_LATER}.",
    "entries_all": f"Of a nudge to {{earlier}}, {{later}} feels over all entries all of it, {_LATER}.",
    "entries_nearly": f"Of a nudge to {{earlier}}, {{later}} feels over all entries practically all of it, {_LATER}.",
    "entries_less": (
        f"Of a nudge to {{earlier}}, {{later}} feels over all entries less than 1 part in a billion, {_LATER}."
    ),
    "entries_more": (
        f"Of a nudge to {{earlier}}, {{later}} feels over all entries more than a billion times as much, {_LATER}."
    ),
    "entries_part": f"Of a nudge to {{earlier}}, {{later}} feels over all entries about 1 part in {{count}}, {_LATER}.",
    "entries_times": (
        f"Of a nudge to {{earlier}}, {{later}} feels over all entries about {{count}} times as much, {_LATER}."
    ),
    "cell_cut": "The truncation cuts it off: of this the computed gradient has nothing.",
    "cell_outside": "It lies outside of the window that is shown.",
    "triangle_label": "Influence triangle. Chosen: t {t}, k {k}.",
    "triangle_label_outside": "Influence triangle. Chosen: t {t}, k {k}. It lies outside of the window that is shown.",
}

_FAULTS = {
    "invalid_title": InvalidInput.title,
    "too_long": "{field} has {count} characters, more than a link can carry: shorten it.",
    "silent_title": "The server does not answer",
    "silent": "Check that it still runs, then try again.",
    "status": "Status {status}",
    "no_detail": "The server could not answer.",
    "broken_title": "The answer broke off",
    "broken": "The server stopped in the middle of it: try again.",
    "panel_title": "This cannot be drawn",
    "panel_fault": "This picture could not be drawn.",
    "picture_title": "The picture could not be drawn",
    "picture_fault": "Load the page again; the other settings still work.",
    "file_fault": "The file could not be made.",
    "try_again": "Try again",
}

_PROGRESS = {
    "progress": "{percent} %",
    "progress_minutes": "{percent} %, {count} minutes left",
    "progress_seconds": "{percent} %, {count|1 second|# seconds} left",
    "cancel": "Cancel",
    "go_on": "Go on",
    "stopped": "Stopped.",
    "stopped_stale": "Stopped: what is shown is not what is set.",
}

_PANELS = {
    "page_title": "{setting} · Unrolled",
    "legend_low": "faded {value}",
    "legend_middle": "unchanged {value}",
    "legend_high": "{value} grown",
    "table": "{count} rows.",
    "table_begin": "The first {shown} of {count} rows; the CSV has them all.",
    "edge_hint": (
        "Point at a line for its local derivative, or walk along the lines with the left and right arrow keys."
    ),
    "node": "{letter} {step}",
    "node_t": "{letter} {step}, chosen as t",
    "node_k": "{letter} {step}, chosen as k",
    "no_factor": "On the diagonal no step is taken: the product is empty and equals the identity.",
    "no_remedy": "Nothing that was tried keeps the gradient closer to its size.",
    "unit": "unit {unit}",
    "unit_dead": "unit {unit}, dead",
    "unit_saturated": "unit {unit}, saturated",
    "output": "output {unit}",
    "output_share": "output {unit}, {share} % of what arrives",
    "unit_share": "unit {unit}, {share} % of what arrives",
    "unit_share_dead": "unit {unit}, {share} % of what arrives, dead",
    "unit_share_saturated": "unit {unit}, {share} % of what arrives, saturated",
    "values_axis": "singular value, largest first",
    "values_size": "log₁₀ σ",
    "factors_axis": "step j",
    "factors_size": "log₁₀ of the norm",
    "factors_one": "one factor",
    "factors_product": "product so far",
    "factors_hover": "product: {size}",
    "plot_zero": "exactly zero: nothing to draw",
    "plot_empty": "no value",
    "plot_hop": "one hop: no chain of factors",
    "plot_diagonal": "t = k: no factor between",
    "paths_model": "Model",
    "paths_longest": "Longest path",
    "paths_reach": "Reach",
    "paths_distance": "‖∂o_{t}/∂x_k‖ at a distance of",
    "paths_lag": "{count|1 step|# steps}",
    "paths_sequential": "Sequential operations",
    "paths_multiply": "Multiply-adds",
    "paths_parameters": "Parameters",
    "path": "path {count}",
    "path_none": "no path",
    "path_cut": "cut off",
    "none": "none",
    "copied": "Copied",
    "selected": "Selected: press Ctrl+C",
}

_FILES = {
    "file_unreadable": "{file} could not be read: choose it again.",
    "own_recording": OWN_RECORDING,
    "recording_large": (
        "{file} has {size} MiB; this server takes at most {most} MiB: cut it, or lower its sample rate."
    ),
    "recording_sent": "{file} is sent with every question.",
    "recording": "{file}: {seconds} s, {rate} samples a second.",
    "recording_frames": "{file}: {seconds} s, {rate} samples a second, {count|1 frame|# frames} of {frame}.",
    "recording_whole": "length = {count}",
    "series_large": "{file} is larger than 2 MB: cut it down to the {count|1 number|# numbers} that can be shown.",
    "series_ambiguous": (
        "{file} is not taken: every comma in it may be a decimal comma or stand between two numbers. Write decimals "
        "with a point, such as 1.5, or separate columns by semicolons, or give the columns a first line with their "
        "names."
    ),
    "series_none": "There is no column of numbers in {file}.",
    "series_row": "{file}: {count|1 number|# numbers} of the one row.",
    "series_column": "{file}: {count|1 number|# numbers} of column {column} of {columns}.",
    "series_named": "{file}: {count|1 number|# numbers} of column {column} of {columns}, “{name}”.",
    "series_only": "It is {first}.",
    "series_ends": "The first is {first}, the last {last}.",
    "series_several": "{count|1 column|# columns} hold numbers; the last of them is taken.",
    "series_begin": "The file has {count|1 number|# numbers}; the first {taken} numbers are taken.",
    "series_passed": ("{count|1 cell|# cells} {count|is no number and was|are no numbers and were} passed over."),
    "series_comma": "A comma was read as a decimal comma.",
}

_COMPARE = {
    "compare_title": "{title}, side by side · Unrolled",
    "in_common": "In common: {setting}",
    "filling": "{done} of {total}",
    "filling_stopped": "Stopped: {done} of {total} tiles are there.",
    "tile": "{name}: {sentence}",
    "tile_missing": "{name}: no picture. {reason}",
    "no_picture": "no picture",
    "names_two": "{first} and {second}: ",
    "names_many": "{first} and {count} more: ",
    "curves_hover": "%{fullData.name}, lag %{x}: 10<sup>%{y:.2f}</sup><extra></extra>",
    "curves_lag": "lag t − k",
    "curves_size": "log<sub>10</sub> of the norm, median over t",
}

# What a reader pastes elsewhere: code, of which only the comment is prose.
_SNIPPETS = {
    "curl": "curl -s '{origin}/api/v1/influence?{query}'",
    "curl_file": ("curl -s '{origin}/api/v1/influence?{query}' -H 'Content-Type: audio/wav' --data-binary '@{file}'"),
    "python": """import json
from urllib.request import urlopen

url = "{origin}/api/v1/influence?{query}"
with urlopen(url) as answer:
    influence = json.load(answer)

print(influence["summary"]["sentence"])
print(influence["t"][-1], influence["k"][0], influence["log10_norm"][-1][0])  # t, k, log10 of the norm""",
    "python_file": """import json
from urllib.request import Request, urlopen

url = "{origin}/api/v1/influence?{query}"
with open("{file}", "rb") as file:
    request = Request(url, file.read(), {"Content-Type": "audio/wav"})
with urlopen(request) as answer:
    influence = json.load(answer)

print(influence["summary"]["sentence"])
print(influence["t"][-1], influence["k"][0], influence["log10_norm"][-1][0])  # t, k, log10 of the norm""",
    "frame": (
        '<iframe src="{source}"\n        title="Unrolled: the influence triangle" width="100%" height="900" '
        'loading="lazy"></iframe>'
    ),
}

MESSAGES: Mapping[str, str] = {
    **_CELL, **_FAULTS, **_PROGRESS, **_PANELS, **_FILES, **_COMPARE, **_SNIPPETS
}  # fmt: skip
