"""HEIC and AVIF, the photos of telephones: files of one kind, whose brands say who decodes them."""

from pathlib import Path

from lenetpp.data.errors import UnreadablePicture

AVIF_BRANDS = {b"avif", b"avis"}
HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}
LONGEST_LIST_OF_BRANDS = 256


def decoder_of(file: Path) -> str | None:
    """Return the name of Pillow's decoder for a HEIC or AVIF picture, whatever it is called; None for other files.

    That for HEIC is a plug-in, which is loaded here.

    Raises
    ------
    UnreadablePicture
        If there is none; the message says how to get it.
    """
    brands = _brands(file)
    if brands & AVIF_BRANDS:  # whose first brand may be one that HEIC has, too
        from PIL import features

        if not features.check("avif"):
            raise UnreadablePicture(
                f'{file}: this Pillow reads no AVIF: pip install --upgrade "pillow>=11.3", or save it as JPEG'
            )
        return "AVIF"
    if brands & HEIF_BRANDS:
        try:
            from pillow_heif import register_heif_opener
        except ImportError as error:
            raise UnreadablePicture(f'{file}: a HEIC photo needs pillow-heif: pip install "lenetpp[heif]"') from error
        register_heif_opener()
        return "HEIF"
    return None


def _brands(file: Path) -> set[bytes]:
    """Return what the first box says that the file can be read as: https://mp4ra.org/registered-types/brands."""
    with file.open("rb") as stream:
        start = stream.read(LONGEST_LIST_OF_BRANDS)
    if start[4:8] != b"ftyp":
        return set()
    end = min(int.from_bytes(start[:4], "big"), len(start))
    return {start[8:12], *(start[place : place + 4] for place in range(16, end, 4))}
