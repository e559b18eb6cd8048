"""Two plots in one figure: beside each other, or on a narrow screen one above the other, as the page arranges them."""

from unrolled.views.contract.payload import Payload

# Where each stands along the figure.
LEFT, RIGHT = [0.0, 0.455], [0.545, 1.0]


def heading(text: str, place: str) -> Payload:
    """Name one of the plots, above it wherever it stands.

    Parameters
    ----------
    text : str
        A few words.
    place : {"x", "x2"}
        Its axis.

    Returns
    -------
    dict
        An annotation.
    """
    frame = {"x": 0.0, "y": 1.0, "xref": f"{place} domain", "yref": f"{place.replace('x', 'y')} domain"}
    return frame | {"text": text, "showarrow": False, "xanchor": "left", "yanchor": "bottom", "yshift": 6}
