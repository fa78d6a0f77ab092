"""Texts by the productions of the JSON5 specification, and what json5 and pyjson5 read in them."""

import json5
import pyjson5

from peer_case import REFUSED, Cases, bits

FINITE = "a configuration has finite numbers only"
TWICE = "a key that is there twice is a slip"
ROUNDED = "a number that would become 0, or be cut, is a slip"
SIGNED = "0 keeps its sign, as in JavaScript; integers of Python have none for it"
ESCAPED = "an escape in a name stands for a character that could be there itself"
NUL = "no text file has a NUL"

# White space, comments, line ends.
BLANKS = [
    "\t1",
    "\v1",
    "\f1",
    " 1",
    "\u00a01",
    "\ufeff1",
    "\n1",
    "\r1",
    "\r\n1",
    "\u20281",
    "\u20291",
]
BLANKS += [
    "\u16801",
    "\u20001",
    "\u200a1",
    "\u202f1",
    "\u205f1",
    "\u30001",
    "\u200b1",
    "\u00851",
    "\u180e1",
]
BLANKS += [
    "//\n1",
    "1//",
    "// a\r1",
    "// a\u20281",
    "/**/1",
    "/***/1",
    "/* / * */1",
    "/* \n */1",
    "1 /* a",
    "/*/1",
]
BLANKS += [
    "/* // */1",
    "// /*\n1",
    "/ / 1",
    "#\n1",
    "1 /",
    "",
    " ",
    "//",
    "/**/",
    "1 2",
    "1,",
    ",1",
]

NUMBERS = [
    "0",
    "+0",
    "1",
    "12",
    "-1",
    "+1",
    "- 1",
    "+ 1",
    "--1",
    "+-1",
    "01",
    "-01",
    "00",
    "08",
    "0.",
    "0.0",
]
NUMBERS += [
    ".5",
    "-.5",
    "+.5",
    ".",
    "-.",
    "5.",
    "5.e1",
    ".5e1",
    "5e1",
    "5E1",
    "5e+1",
    "5e-1",
    "5e",
    "5e+",
    "e5",
    ".e5",
]
NUMBERS += [
    "0x0",
    "0xF",
    "0Xf",
    "-0x1F",
    "+0x1f",
    "0x",
    "0xg",
    "0x1.8",
    "0x1p3",
    "0b1",
    "0o7",
    "1_0",
    "1n",
    "1a",
    "0x1a2B",
]
NUMBERS += [
    "1.7976931348623157e308",
    "4.9e-324",
    "2.5e-324",
    "123456789012345678",
    "9007199254740993",
    "0.1",
    "1e23",
]
NUMBERS += ["0e5", "0e-5", "-0.0", "1.5.5", "1e5.5", "1e5e5", "\u0661", "\uff11", "0x\uff11"]
NUMBERS += ["1e309", "-1e309"]
LIMITS = [("1e-400", ROUNDED), ("-0", SIGNED), ("NaN", FINITE), ("+NaN", FINITE)]
LIMITS += [("-NaN", FINITE), ("Infinity", FINITE), ("+Infinity", FINITE), ("-Infinity", FINITE)]
LIMITS += [("[1, Infinity]", FINITE), ("0x10000000000000000", ROUNDED)]

TEXTS = [
    "''",
    '""',
    "'a'",
    '"a"',
    "'\"'",
    '"\'"',
    "'a",
    '"a',
    "'a\"",
    "`a`",
    "'\\''",
    '"\\""',
    "'\\\"'",
    "'\\\\'",
    "'\\'",
]
TEXTS += [
    r"'\b\f\n\r\t\v'",
    r"'\0'",
    r"'\00'",
    r"'\01'",
    r"'\1'",
    r"'\7'",
    r"'\8'",
    r"'\9'",
    r"'\0a'",
    r"'\a\q\/\-\é'",
]
TEXTS += [
    r"'\x41'",
    r"'\xé9'",
    r"'\x4'",
    r"'\x'",
    r"'\X41'",
    r"'\u0041'",
    r"'\u004'",
    r"'\u{41}'",
    r"'\U0041'",
    r"'\uD83D\uDE00'",
]
TEXTS += [
    "'a\\\nb'",
    "'a\\\rb'",
    "'a\\\r\nb'",
    "'a\\\u2028b'",
    "'a\\\u2029b'",
    "'a\nb'",
    "'a\rb'",
    "'a\u2028b'",
    "'a\u2029b'",
]
TEXTS += [
    "'a\tb'",
    "'a\x01b'",
    "'a\x7fb'",
    "'é€😀'",
    "'\ufeff'",
    "'//'",
    "'/* */'",
    "'a' 'b'",
    "'a'b",
    "'a\\\n\nb'",
]
TEXTS += [r"'\uD83D'", r"'\uDE00'", r"'\uD83Dx'"]
NULS = [("'a\x00b'", NUL)]

WORDS = [
    "true",
    "false",
    "null",
    "True",
    "TRUE",
    "nul",
    "nulll",
    "undefined",
    "yes",
    "a",
    "true false",
    "nil",
    "None",
]

ARRAYS = [
    "[]",
    "[ ]",
    "[/**/]",
    "[1]",
    "[1,]",
    "[1,2]",
    "[1,2,]",
    "[,]",
    "[,1]",
    "[1,,2]",
    "[1 2]",
    "[",
    "]",
    "[1",
    "[1,",
    "[[]]",
]
ARRAYS += [
    "[[],]",
    "[[],[]]",
    "[1]]",
    "[1,]]",
    "[{}]",
    "[null,true,'a']",
    "[1//\n,2]",
    "[1;2]",
    "(1)",
    "[" * 20 + "]" * 20,
]

NAMES = [
    "a",
    "A1",
    "$",
    "_",
    "$_a1",
    "null",
    "true",
    "NaN",
    "Infinity",
    "if",
    "é",
    "ñ",
    "π",
    "ａ",
    "ℵ",
    "ⅷ",
    "a\u0301",
    "a\u200c",
    "a\u200d",
]
NAMES += [r"\u0061", r"\u0061b", r"a\u0062", r"a\u0030", r"\u{61}", r"\x61", r"a\n"]
NAMES += [
    "1",
    "1a",
    "-a",
    "a-b",
    "a.b",
    "a b",
    "a:",
    "+",
    "\u200ca",
    "\u0301a",
    "😀",
    "'a b'",
    '"a-b"',
    "''",
    "'\\u0061'",
    '"a\\\nb"',
    "[a]",
    "`a`",
    "1.5",
]

ESCAPES = [(rf"{{{name}: 1}}", ESCAPED) for name in (r"\u0030", r"a\u0020", r"a\u002d")]

OBJECTS = [
    "{}",
    "{ }",
    "{/**/}",
    "{a:1}",
    "{a:1,}",
    "{a:1,b:2}",
    "{a:1,b:2,}",
    "{,}",
    "{,a:1}",
    "{a:1,,b:2}",
    "{a:1 b:2}",
    "{",
    "}",
    "{a",
]
OBJECTS += [
    "{a:",
    "{a:1",
    "{a:1,",
    "{a}",
    "{a,}",
    "{a:}",
    "{:1}",
    "{a::1}",
    "{a=1}",
    "{a:{b:{c:1}}}",
    "{a:[{b:1,},],}",
    "{a:1}}",
    "{a:1}//",
    "{ a /**/ : /**/ 1 /**/ , }",
]
OBJECTS += [
    "{a:1;b:2}",
    "{a:01}",
    "{'a':1,\"b\":2,c:3}",
    "{a\n:\n1}",
    "{a:b}",
    "{a:1}{}",
    "{...a}",
    "{get a(){}}",
    "{a(){}}",
    "{A:1,a:2}",
]
DOUBLES = [
    ("{a:1,a:2}", TWICE),
    ("{a:1,'a':2}", TWICE),
    (r"{a:1,\u0061:2}", TWICE),
    ("{a:{b:1,b:1}}", TWICE),
]


def spell(value):
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, (int, float)):
        return bits(float(value))
    if isinstance(value, str):
        return "'" + value.encode("utf-8", "surrogatepass").hex()
    if isinstance(value, dict):
        return "{" + ",".join(f"{spell(name)}:{spell(item)}" for name, item in value.items()) + "}"
    return "[" + ",".join(spell(item) for item in value) + "]"


def read(package, text):
    try:
        return spell(package.loads(text) if package is json5 else package.decode(text))
    except Exception:
        return REFUSED


def main():
    cases = Cases()
    plain = (
        BLANKS + NUMBERS + TEXTS + WORDS + ARRAYS + OBJECTS + [f"{{{name}: 1}}" for name in NAMES]
    )
    for text, differs in [(text, None) for text in plain] + LIMITS + NULS + ESCAPES + DOUBLES:
        peers = [read(package, text) for package in (json5, pyjson5)]
        cases.add(text, text, peers, differs)
    cases.print()


if __name__ == "__main__":
    main()
