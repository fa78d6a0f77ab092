"""The arrays of numpy's own tests of its format, and headers in many spellings, with what numpy
reads."""

import io
import pathlib
import warnings

import numpy as np
from numpy.lib import format, tests
from numpy.lib.tests import test_format

from peer_case import REFUSED, Cases, bits

TYPES = "tables hold 32-bit and 64-bit floats of this byte order"
TABLES = "a table has two dimensions"
LATER = "what is behind the array is damage"
FORM = "headers are read in the form that numpy writes, not as every literal of Python"
ROWS = "a table without rows is no data"

GOOD = {"descr": "'<f8'", "fortran_order": "False", "shape": "(2, 2)"}
# Values on which both agree, and those that numpy reads and never writes.
VALUES = {
    "descr": (
        ["b'<f8'", "'<f8 '", "''", "None", "8", "('<f8',)", "[('x', '<f8')]", "'<f8"],
        ["'f8'", "'=f8'", "'float64'", "'d'", "u'<f8'", "'<f08'", "'f'", "'<' 'f8'"],
    ),
    "fortran_order": (["0", "1", "'False'", "None", "false", "True", "not True", "()"], []),
    "shape": (
        ["(2,2)", "( 2 , 2 )", "(2, 2,)", "(2, 2, )", "[2, 2]", "(2.0, 2)", "(True, 2)", "(2_0, 2)"]
        + [
            "(02, 2)",
            "(-2, -2)",
            "(2, , 2)",
            "2, 2",
            "(4, 1)",
            "(1, 4)",
            "(4,)",
            "(2, 1, 2)",
            "(3, 2)",
            "(2L, 2L)",
            "(2LL, 2)",
        ]
        + ["()", "None"],
        ["((2), 2)", "(2 L, 2)", "(+2, 2)", "(0x2, 2)"],
    ),
}


def read(content):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            loaded = np.load(io.BytesIO(content), allow_pickle=False)
            return loaded if isinstance(loaded, np.ndarray) else loaded[loaded.files[0]]
    except Exception:
        return None


def add(cases, name, content, differs=None):
    array = read(content)
    if array is None:
        return cases.add(name, content, REFUSED, differs, size=2)
    reason = differs or why_not(array)
    # Of what Implode refuses it is enough that numpy reads it.
    peer = "read" if reason else [[bits(float(cell)) for cell in row] for row in array]
    cases.add(name, content, peer, reason, size=array.shape[1] if array.ndim == 2 else 2)


def why_not(array):
    if array.dtype not in (np.dtype("<f4"), np.dtype("<f8")):
        return TYPES
    if array.ndim != 2:
        return TABLES
    return None if len(array) else ROWS


def saved(array, version=None):
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        format.write_array(file, array, version=version, allow_pickle=True)
    return file.getvalue()


def archive(array, save):
    file = io.BytesIO()
    save(file, array)
    return file.getvalue()


def headers():
    """Spellings of a header for two rows of two numbers, and whether another form than numpy's."""
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        for comma in ("", ",", ", "):
            for quote in "'\"":
                for blank in ("", " ", "\n", "  \n"):
                    names = [list(GOOD)[i] for i in order]
                    items = [f"{quote}{name}{quote}:{blank}{GOOD[name]}" for name in names]
                    yield "{" + f",{blank}".join(items) + comma + "}" + blank, None
    for key, (values, others) in VALUES.items():
        for value in values:
            yield spelled({**GOOD, key: value}), None
        for value in others:
            yield spelled({**GOOD, key: value}), FORM
    for name in GOOD:
        yield spelled({key: value for key, value in GOOD.items() if key != name}), None
    good = spelled(GOOD)
    yield good[:-1] + ", 'more': 1}", None
    yield good[:-1] + ", 'shape': (2, 2)}", FORM
    for text in ("", "{}", "[]", "{", "}", good + "x", " " + good):
        yield text, None
    for text in (good + " # a", f"({good})"):
        yield text, FORM


def spelled(items):
    return "{" + ", ".join(f"'{key}': {value}" for key, value in items.items()) + "}"


def main():
    cases = Cases()
    arrays = test_format.basic_arrays + test_format.record_arrays
    for number, array in enumerate(arrays):
        kind = f"{array.dtype.str} {array.shape} {number}"
        for version in ((1, 0), (2, 0), (3, 0)):
            add(cases, f"numpy's test array {kind}, version {version[0]}", saved(array, version))
        if not array.dtype.hasobject:
            add(cases, f"numpy's test array {kind}, savez", archive(array, np.savez))
            add(
                cases, f"numpy's test array {kind}, compressed", archive(array, np.savez_compressed)
            )
    for path in sorted(pathlib.Path(tests.__path__[0], "data").glob("*.np[yz]")):
        add(cases, f"numpy's test file {path.name}", path.read_bytes())
    data = np.arange(4.0).tobytes()
    for header, differs in headers():
        text = header.encode() + b"\n"
        content = format.magic(1, 0) + len(text).to_bytes(2, "little") + text + data
        add(cases, f"header {header!r}", content, differs)
    good = saved(np.arange(4.0).reshape(2, 2))
    for end in range(0, len(good), 7):
        add(cases, f"cut off at {end}", good[:end])
    add(cases, "a byte behind", good + b"\0", LATER)
    add(cases, "fewer rows than there are", good.replace(b"(2, 2)", b"(2, 1)"), LATER)
    cases.print()


if __name__ == "__main__":
    main()
