"""Reading pictures that came from outside: whatever is damaged is no picture; blocks."""

from io import BytesIO

from PIL import Image

from .const import LOGGER


def read_picture(content: bytes | None, size: tuple[int, int]) -> Image.Image | None:
    """Return a JPEG in RGB, at least as large as `size` where it was; None where it is damaged.

    A large one is read at a fraction of its size, which takes a fraction of the time.
    """
    if content is None:
        return None
    try:
        with Image.open(BytesIO(content), formats=("JPEG",)) as picture:
            picture.draft("RGB", size)
            return picture.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        LOGGER.debug("Cannot read a picture: %s", error)
        return None
