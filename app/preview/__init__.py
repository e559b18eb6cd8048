"""Pictures of the triangle without a browser: one for a shared link, one for a page without scripts.

Drawn with Pillow in the colours and the faces of the site.
"""

from app.preview.card import unfurl
from app.preview.cells import picture

__all__ = ["picture", "unfurl"]
