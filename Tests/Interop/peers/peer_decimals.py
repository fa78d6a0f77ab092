"""Decimals that are hard to round, and their nearest numbers by exact fractions."""

import random
import struct
from fractions import Fraction

from peer_case import REFUSED, Cases, bits

# Bits of the significand, and the exponent of the smallest normal number.
FORMATS = {32: (24, -126), 64: (53, -1022)}


def nearest(text, size):
    """The bits of the nearest number, ties to even; nothing where it is too large."""
    digits, least = FORMATS[size]
    exact = Fraction(text)
    magnitude = abs(exact)
    if magnitude == 0:
        return bits(-0.0 if text.startswith("-") else 0.0)
    # 2^exponent ≤ magnitude < 2^(exponent + 1), found from the lengths of both integers.
    exponent = magnitude.numerator.bit_length() - magnitude.denominator.bit_length()
    if magnitude < Fraction(2) ** exponent:
        exponent -= 1
    step = Fraction(2) ** (max(exponent, least) - digits + 1)
    # Python rounds a fraction to the nearest integer, ties to even.
    rounded = round(magnitude / step) * step
    if rounded >= Fraction(2) ** (1 - least + 1):
        return REFUSED
    value = float(rounded)
    return bits(-value if text.startswith("-") else value)


def decimal(fraction):
    """All digits of a fraction whose denominator is a power of two."""
    shift = fraction.denominator.bit_length() - 1
    digits = str(fraction.numerator * 5**shift).rjust(shift + 1, "0")
    return f"{digits[:-shift]}.{digits[-shift:]}" if shift else digits


def values(size, count):
    """Numbers of every magnitude, with those at the ends of the range."""
    draw = random.Random(size)
    letter, word = {32: ("f", "I"), 64: ("d", "Q")}[size]
    digits = FORMATS[size][0]
    most = (1 << (size - 1)) - (1 << (digits - 1))
    ends = [0, 1, 2, 3, (1 << digits - 1) - 2, (1 << digits - 1) - 1, 1 << digits - 1, most - 2]
    for number in ends + [draw.randrange(most - 1) for _ in range(count)]:
        pair = [struct.unpack(f">{letter}", struct.pack(f">{word}", number + i))[0] for i in (0, 1)]
        yield Fraction(pair[0]), Fraction(pair[1])


def halfway(size, count):
    """Texts exactly between two numbers, and right beside."""
    for low, high in values(size, count):
        text = decimal((low + high) / 2)
        yield text
        text = text if "." in text else text + ".0"
        yield text + "0" * 50 + "1"
        # The last digit that is not 0 is one less, and nines follow.
        end = len(text.rstrip("0.")) - 1
        yield text[:end] + str(int(text[end]) - 1) + text[end + 1 :].replace("0", "9") + (
            "9" * 20 if "." in text[:end] else ""
        )


def spellings():
    """The same digits with the point and the exponent elsewhere, and exponents at the limits."""
    draw = random.Random(1)
    for length in [1, 2, 8, 9, 15, 16, 17, 18, 19, 20, 21, 30, 100, 400]:
        for _ in range(6):
            digits = str(draw.randrange(1, 10)) + "".join(draw.choices("0123456789", k=length - 1))
            for point in {0, 1, length // 2, length}:
                for exponent in ("", "e0", "e-5", "E+12", "e-030", f"e{-length}"):
                    yield f"{digits[:point] or '0'}.{digits[point:]}{exponent}"
            yield "0" * 40 + digits
            yield f"0.{'0' * 60}{digits}e60"
            yield f"{digits}{'0' * 25}e-25"
    for power in range(-330, 311):
        yield f"1e{power}"
        yield f"-9.999999999999999e{power}"
    most = {
        32: decimal(Fraction(2) ** 128 - Fraction(2) ** 103),
        64: decimal(Fraction(2) ** 1024 - Fraction(2) ** 970),
    }
    for text in most.values():
        # The tie above the largest number is too large; less is the largest number.
        yield text
        yield str(int(text) - 1)
        yield str(int(text) - 1) + ".99999"


def main():
    cases = Cases()
    for size in (32, 64):
        texts = list(halfway(32, 300)) + list(halfway(64, 300)) + list(spellings())
        for text in dict.fromkeys(texts):
            cases.add(text, text, nearest(text, size), size=size)
    cases.print()


if __name__ == "__main__":
    main()
