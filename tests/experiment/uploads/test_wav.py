"""WAV files: what Python's own writer and other programs write is read, and what lies is refused by name."""

import struct

import numpy as np
import pytest

from tests.experiment.uploads.wavs import GUID, chunk, extensible, floats, layout, riff, written
from unrolled.errors import InvalidInput
from unrolled.experiment.uploads.wav import read_wav

LIMIT = 2**20
SAMPLES = np.random.default_rng(3).uniform(-1, 1, (50, 2))
DATA = chunk(b"data", bytes(400))


def fault(body: bytes, limit: int = LIMIT) -> str:
    with pytest.raises(InvalidInput) as caught:
        read_wav(body, limit)
    assert {error.field for error in caught.value.errors} == {"body"}
    return caught.value.detail


@pytest.mark.parametrize(("bits", "rate"), [(8, 1), (16, 44100), (24, 8000), (32, 192000)])
def test_what_python_writes_is_read(bits, rate):
    mono, stereo = read_wav(written(SAMPLES[:, 0], rate, bits), LIMIT), read_wav(written(SAMPLES, rate, bits), LIMIT)
    assert (mono.rate, mono.channels, mono.bits, mono.is_float, mono.count) == (rate, 1, bits, False, 50)
    assert (stereo.rate, stereo.channels, stereo.count) == (rate, 2, 50)
    step = 2.0 ** (1 - bits)
    np.testing.assert_allclose(mono.samples(), SAMPLES[:, 0], rtol=0, atol=1.6 * step)
    np.testing.assert_allclose(stereo.samples(), SAMPLES.mean(axis=1), rtol=0, atol=1.6 * step)


def test_floats_are_read():
    for bits in [32, 64]:
        read = read_wav(floats(SAMPLES, 2, bits), LIMIT)
        assert (read.is_float, read.bits, read.count) == (True, bits, 50)
        np.testing.assert_allclose(read.samples(), SAMPLES.mean(axis=1), rtol=1e-6, atol=1e-7)


def test_the_longer_form_of_a_header_is_read():
    integers = (SAMPLES * 2**23).astype("<i4") * 2**8
    read = read_wav(riff(extensible(1, 2, 32, valid=24), chunk(b"data", integers.tobytes())), LIMIT)
    np.testing.assert_allclose(read.samples(), SAMPLES.mean(axis=1), rtol=0, atol=2.0**-22)
    single = read_wav(riff(extensible(3, 1, 32), chunk(b"data", np.array([0.5, -2], "<f4").tobytes())), LIMIT)
    assert single.samples().tolist() == [0.5, -2.0]


def test_other_chunks_are_passed_over_and_what_follows_the_samples_is_not_looked_at():
    odd = chunk(b"LIST", b"INFO odd")[:-1] + b"!"
    file = riff(chunk(b"JUNK", b"odd"), odd, layout(), chunk(b"fact", bytes(4)), DATA, chunk(b"LIST", b"name"))
    assert read_wav(file + b"ID3 behind the file", LIMIT).count == 200


def test_what_is_no_wav_is_named():
    for body, phrase in [
        (b"", "The file is empty, not a WAV: save it as a WAV"),
        (b"RIFF", "a RIFF file of the kind “”, not a WAV"),
        (b"RIFF\x04\0\0\0AVI ", "a RIFF file of the kind “AVI”, not a WAV"),
        (b"RIFX\0\0\0\x04WAVE", "a WAV with its bytes in reverse order (RIFX), not a WAV"),
        (b"RF64\xff\xff\xff\xffWAVE", "a WAV for more than 4 GiB (RF64), not"),
        (b"ID3\x03", "The file is an MP3, not a WAV"),
        (b"\xff\xfb\x90\x64", "The file is an MP3, not a WAV"),
        (b"fLaC", "The file is a FLAC"),
        (b"OggS", "The file is an Ogg"),
        (b"FORM\0\0\0\0AIFF", "The file is an AIFF"),
        (b"\0\0\0\x20ftypM4A ", "The file is an MP4"),
        (b'{"query": {}}', 'a file that begins with “{"qu”'),
        (b"\0\xff\xfe\n", "a file that begins with “�ÿþ�”"),
    ]:
        assert phrase in fault(body)


def test_compression_is_named_with_the_formats_that_are_read():
    for tag, phrase in [
        (2, "compressed as ADPCM of Microsoft"),
        (6, "compressed as A-law"),
        (7, "compressed as µ-law"),
        (0x11, "compressed as ADPCM of IMA"),
        (0x55, "compressed as MP3"),
        (0x1234, "in the format 0x1234"),
    ]:
        for header in (layout(tag, bits=8), extensible(tag, 1, 8)):
            assert fault(riff(header, DATA)) == (
                f"The samples of the WAV are {phrase}, which is not read: save it as a WAV of 8, 16, 24 or 32 bits "
                "(PCM), or of 32-bit floats."
            )


def test_another_kind_of_subformat_is_not_taken_for_pcm():
    assert "in the format 0xfffe" in fault(riff(extensible(1, 1, 16, rest=GUID[::-1]), DATA))


def test_a_header_that_cannot_be_is_refused():
    for chunks, phrase in [
        ([], "neither a format nor samples"),
        ([layout()], "has no samples (no “data” chunk)"),
        ([DATA, layout()], "does not say before them how they are written (no “fmt” chunk)"),
        ([layout(), chunk(b"data", b"")], "The WAV has no samples: record something."),
        ([layout(), chunk(b"data", bytes(401))], "take 401 bytes, which is no multiple of 2, so it is cut off"),
        ([layout(channels=3), chunk(b"data", bytes(4))], "take 4 bytes, which is no multiple of 6"),
        ([chunk(b"fmt ", bytes(15)), DATA], "has 15 bytes, where 16 are the least"),
        ([chunk(b"fmt ", struct.pack("<HHIIHH", 0xFFFE, 1, 8000, 16000, 2, 16)), DATA], "its extensible form has 40"),
        ([layout(channels=0, block=2), DATA], "says that it has 0 channels"),
        ([layout(rate=0), DATA], "says that it has 0 samples a second"),
        ([layout(bits=12, block=2), DATA], "have 12 bits; 8, 16, 24, 32 are read"),
        ([layout(bits=0), DATA], "have 0 bits"),
        ([layout(3, bits=16), DATA], "The floats of the WAV have 16 bits; 32, 64 are read"),
        ([layout(block=4), DATA], "take 4 bytes together, but 1 × 16 bits are 2 bytes"),
        ([chunk(b"JUNK", b"")] * 1001, "more than 1000 chunks before its samples"),
    ]:
        assert phrase in fault(riff(*chunks))


def test_several_faults_of_a_header_are_reported_together():
    message = fault(riff(layout(channels=0, rate=0, bits=7), DATA))
    assert all(phrase in message for phrase in ("0 channels", "0 samples a second", "7 bits"))


def test_sizes_that_lie_are_refused():
    for place, size, phrase in [
        (4, 1000, "says that it has 1008 bytes, but 444 are there, so it is cut off"),
        (4, 2**32 - 1, "says that it has 4294967303 bytes, but 444 are there"),
        (4, 36 + 398, "The chunk “data” of the WAV says that it has 400 bytes, but 398 are left"),
        (4, 0, "neither a format nor samples"),
        (40, 402, "The chunk “data” of the WAV says that it has 402 bytes, but 400 are left"),
        (40, 2**32 - 1, "says that it has 4294967295 bytes, but 400 are left"),
        (16, 100_000, "The chunk “fmt” of the WAV says that it has 100000 bytes, but 424 are left"),
    ]:
        body = bytearray(riff(layout(), DATA))
        body[place : place + 4] = struct.pack("<I", size)
        assert phrase in fault(bytes(body))


def test_a_file_that_is_cut_off_is_refused_wherever_it_is_cut():
    for end in range(0, 444, 7):
        assert fault(riff(layout(), DATA)[:end])


def test_floats_that_are_no_numbers_are_found():
    for bad in [np.nan, np.inf, -np.inf]:
        values = np.zeros((400_000, 2))
        values[300_000, 1] = bad
        assert f"Sample 300001 of the recording is {bad:g}: give finite numbers" in fault(floats(values, 2), 2**23)


def test_a_nan_that_signals_is_refused_like_any_other():
    for bits, data in [(32, "010000a07f"), (64, "0100000000000000f47f")]:
        body = bytes.fromhex(data)[-bits // 8 :]
        assert "Sample 1 of the recording is nan" in fault(riff(layout(3, bits=bits), chunk(b"data", body)))


def test_floats_too_large_to_compute_with_are_refused():
    assert "Sample 2 of the recording is 1e+200" in fault(floats([1e100, 1e200], bits=64))


def test_more_samples_than_fit_are_refused_and_no_fewer():
    # 1,000 bytes of a body may become 4,000 bytes of float64, which are 500 numbers.
    def body(count):
        return riff(layout(bits=8), chunk(b"data", bytes([128]) * count))

    assert read_wav(body(500), 1000).count == 500
    assert fault(body(501), 1000) == (
        "The recording has 501 samples; at most 500 are taken: cut it, or lower its sample rate."
    )
