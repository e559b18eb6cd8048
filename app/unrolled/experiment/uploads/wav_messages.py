"""What a person reads about a WAV that cannot be used: whole sentences with named values."""

from collections.abc import Mapping

# Another file.
EMPTY = "The file is empty, not a WAV: save it as a WAV of 8, 16, 24 or 32 bits (PCM)."
OTHER_RIFF = "The file is a RIFF file of the kind {kind}, not a WAV: save it as a WAV of 8, 16, 24 or 32 bits (PCM)."
OTHER_FILE = "The file is {kind}, not a WAV: save it as a WAV of 8, 16, 24 or 32 bits (PCM)."
UNKNOWN_FILE = (
    "The file is a file that begins with {begins}, not a WAV: save it as a WAV of 8, 16, 24 or 32 bits (PCM)."
)
# By the first bytes of the file.
FILES: Mapping[bytes, str] = {
    b"RIFX": "a WAV with its bytes in reverse order (RIFX)",
    b"RF64": "a WAV for more than 4 GiB (RF64)",
    b"BW64": "a WAV for more than 4 GiB (BW64)",
    b"ID3": "an MP3",
    b"\xff\xfb": "an MP3",
    b"\xff\xf3": "an MP3",
    b"fLaC": "a FLAC",
    b"OggS": "an Ogg",
    b"FORM": "an AIFF",
    b".snd": "an AU file",
    b"\x1aE\xdf\xa3": "a WebM or Matroska file",
    b"caff": "a CAF",
}
MP4 = "an MP4"

# Samples in a format that is not read.
COMPRESSED = (
    "The samples of the WAV are compressed as {codec}, which is not read: save it as a WAV of 8, 16, 24 or 32 bits "
    "(PCM), or of 32-bit floats."
)
UNKNOWN_FORMAT = (
    "The samples of the WAV are in the format {tag:#06x}, which is not read: save it as a WAV of 8, 16, 24 or 32 bits "
    "(PCM), or of 32-bit floats."
)
# By the tag of the format.
CODECS: Mapping[int, str] = {
    0x0002: "ADPCM of Microsoft", 0x0006: "A-law", 0x0007: "µ-law", 0x0011: "ADPCM of IMA", 0x0031: "GSM 6.10",
    0x0050: "MPEG audio", 0x0055: "MP3", 0x00FF: "AAC", 0x0160: "WMA", 0x0161: "WMA", 0xF1AC: "FLAC",
}  # fmt: skip

# A header that contradicts itself or the file.
CUT_OFF = "The WAV says that it has {size} bytes, but {present} are there, so it is cut off: save it anew."
CHUNK_CUT_OFF = "The chunk {name} of the WAV says that it has {size} bytes, but {left} are left: save it anew."
TOO_MANY_CHUNKS = "The WAV has more than {limit} chunks before its samples: save it anew."
NO_FORMAT = "The WAV has samples, but does not say before them how they are written (no “fmt” chunk): save it anew."
NO_DATA = "The WAV has no samples (no “data” chunk): save it anew."
NEITHER = "The WAV has neither a format nor samples (no “fmt” and no “data” chunk): save it anew."
SHORT_FORMAT = "The “fmt” chunk of the WAV has {size} bytes, where 16 are the least: save it anew."
SHORT_EXTENSION = "The “fmt” chunk of the WAV has {size} bytes, where its extensible form has 40: save it anew."
NO_CHANNELS = "The WAV says that it has 0 channels: save it as a WAV of 8, 16, 24 or 32 bits (PCM)."
NO_RATE = "The WAV says that it has 0 samples a second: save it as a WAV of 8, 16, 24 or 32 bits (PCM)."
BITS_OF_SAMPLES = (
    "The samples of the WAV have {bits} bits; {allowed} are read: save it as a WAV of 8, 16, 24 or 32 bits (PCM)."
)
BITS_OF_FLOATS = (
    "The floats of the WAV have {bits} bits; {allowed} are read: save it as a WAV of 8, 16, 24 or 32 bits (PCM)."
)
WRONG_BLOCK = (
    "The WAV says that its samples take {block} bytes together, but {channels} × {bits} bits are {size} bytes: save it "
    "as a WAV of 8, 16, 24 or 32 bits (PCM)."
)
NO_MULTIPLE = (
    "The samples of the WAV take {size} bytes, which is no multiple of {width}, so it is cut off: save it anew."
)

# The samples.
NO_SAMPLES = "The WAV has no samples: record something."
TOO_MANY_SAMPLES = "The recording has {count} samples; at most {limit} are taken: cut it, or lower its sample rate."
NOT_FINITE = "Sample {position} of the recording is {value:g}: give finite numbers of at most 1e100 in size."
