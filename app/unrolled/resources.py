"""Where templates and static files lie: inside an installed package, in a checkout beside the folder of the sources."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


class MissingFiles(RuntimeError):
    """Files that the pages are made of are not there; the message names the folder and the way out."""


def folder(name: str) -> Path:
    """Find ``static`` or ``templates``; raises `MissingFiles` where neither place holds it."""
    places = (PACKAGE / name, PACKAGE.parents[1] / name)
    for place in places:
        if place.is_dir() and any(place.iterdir()):
            return place
    raise MissingFiles(
        f"The folder {name} is missing or empty: neither {places[0]} nor {places[1]} holds it. "
        "Install Unrolled again, or check out the whole project."
    )
