"""Pictures of the triangle without a browser: one for a shared link, one for a page without scripts.

Drawn with Pillow in the colours and the faces of the site.
"""

from unrolled.service.preview.card import unfurl
from unrolled.service.preview.cells import picture

__all__ = ["picture", "unfurl"]
