"""Safetensors with random changes of their headers, and what the package reads in them."""

import json
import random

import safetensors

from peer_case import REFUSED, Cases

HEADERS = [
    {"a": {"dtype": "F32", "shape": [2, 1], "data_offsets": [0, 8]}},
    {
        "a": {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]},
        "b": {"dtype": "I32", "shape": [], "data_offsets": [4, 8]},
    },
    {"__metadata__": {"k": "v"}, "é": {"dtype": "BF16", "shape": [2, 2], "data_offsets": [0, 8]}},
    {
        "a": {"dtype": "F64", "shape": [0, 3], "data_offsets": [0, 0]},
        "b": {"dtype": "I64", "shape": [1], "data_offsets": [0, 8]},
    },
]
PIECES = [
    *'{}[]",:0123456789-.eE \\abu\n\t\0',
    "null",
    "true",
    "1e0",
    "\\u0061",
    '"shape"',
    "[]",
    "F16",
    "U8",
]


def read(content):
    try:
        tensors = safetensors.deserialize(content)
    except Exception:
        return REFUSED
    lines = [
        f"{name.encode().hex()} {','.join(map(str, tensor['shape']))} {bytes(tensor['data']).hex()}"
        for name, tensor in tensors
    ]
    return ";".join(sorted(lines))


def main():
    draw = random.Random(8)
    cases = Cases()
    seen = set()
    while len(seen) < 6000:
        text = json.dumps(draw.choice(HEADERS), separators=draw.choice([(",", ":"), (", ", ": ")]))
        text = text.replace("\\u00e9", draw.choice(["é", "\\u00e9"]))
        for _ in range(draw.choice([0, 1, 1, 1, 2])):
            place = draw.randrange(len(text))
            kind = draw.randrange(4)
            piece = draw.choice(PIECES)
            if kind == 0:
                text = text[:place] + text[place + 1 :]
            elif kind == 1:
                text = text[:place] + piece + text[place:]
            elif kind == 2:
                text = text[:place] + piece + text[place + 1 :]
            else:
                end = min(len(text), place + draw.randrange(1, 25))
                text = text[:place] + text[place:end] + text[place:]
        if text in seen:
            continue
        seen.add(text)
        header = text.encode()
        content = len(header).to_bytes(8, "little") + header + bytes(range(1, 9))
        cases.add(text, content, read(content))
    cases.print()


if __name__ == "__main__":
    main()
