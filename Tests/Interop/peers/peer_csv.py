"""Tables in the spellings that spreadsheets and programs write, and what the module csv of Python
reads in their columns x and y."""

import csv
import io

from peer_case import REFUSED, Cases, bits

UNEVEN = "a row with more or fewer cells than the header is bad"
TRIMMED = "blanks beside a number, quoted or not, do not count"
SPELLED = "numbers are decimal and finite, without signs between digits"
OPEN = "a quote that is open at the end of the file is damage"
TEXT = "text behind a closing quote is damage"

COLUMNS = "x,y\n"
TABLES = [
    ("plain", "x,y\n1,2\n3,4\n"),
    ("no line end at the end", "x,y\n1,2\n3,4"),
    ("carriage returns and line feeds", "x,y\r\n1,2\r\n3,4\r\n"),
    ("carriage returns", "x,y\r1,2\r3,4\r"),
    ("quoted numbers", 'x,y\n"1","2"\n'),
    ("quoted header", '"x","y"\n1,2\n'),
    ("a comma in quotes", 'name,x,y\n"Doe, J.",1,2\n'),
    ("quotes in quotes", 'name,x,y\n"a ""b"" c",1,2\n'),
    ("nothing but quotes", 'name,x,y\n"""""",1,2\n'),
    ("empty text", 'name,x,y\n"",1,2\n,3,4\n'),
    ("line ends in quotes", 'name,x,y\n"one\ntwo\n\nthree",1,2\n"a\r\nb",3,4\n'),
    ("a line end alone in quotes", 'name,x,y\n"\n",1,2\n'),
    ("a carriage return in quotes", 'name,x,y\n"a\rb",1,2\n'),
    ("json in a cell", 'geo,x,y\n"{""type"": ""Point"", ""at"": [1.5, -2]}",1,2\n'),
    ("letters beyond ASCII", "städte,x,y\nMünchen,1,2\n東京,3,4\nʤ,5,6\n"),
    ("text at the end", 'x,y,name\n1,2,"a,b"\n3,4,c\n'),
    ("text between", 'x,name,y\n1,"a\n,b",2\n3,,4\n'),
    ("a quote inside a cell", 'name,x,y\na"b,1,2\nc"",3,4\n'),
    ("an apostrophe", "name,x,y\nit's,1,2\n"),
    ("a semicolon in a cell", "name,x,y\na;b;c;d,1,2\n"),
    ("a tab in a cell", "name,x,y\na\tb\tc,1,2\n"),
    ("hash in a cell", "name,x,y\na#b,1,2\nc #d,3,4\n"),
    ("hash in quotes", 'name,x,y\n"#a",1,2\n'),
    ("other columns with names alike", "X,x,y,Y,x2\n9,1,2,9,9\n"),
    ("other order", "y,x\n2,1\n"),
    ("one row", "x,y\n1,2"),
    ("many columns", "a,b,c,d,e,f,x,g,h,y\n,,,,,,1,,,2\n"),
    ("a backslash before a quote", 'name,x,y\n"a\\",1,2\n'),
    ("a backslash at the end", "name,x,y\na\\,1,2\n"),
    ("long text", "name,x,y\n" + "a" * 5000 + ",1,2\n"),
    ("long text in quotes", 'name,x,y\n"' + 'a,""\n' * 900 + '",1,2\n'),
    ("delimiters alone in quotes", 'name,x,y\n",,,,",1,2\n'),
    ("quotes about a whole row", 'x,y\n"1,2"\n'),
    ("a cell too many", "x,y\n1,2,3\n", UNEVEN),
    ("a cell too few", "name,x,y\na,1\n"),
    ("text in a column", "x,y\n1,a\n"),
    ("an empty cell", "x,y\n1,\n"),
    ("an empty quoted cell", 'x,y\n1,""\n'),
    ("an open quote", 'x,y,name\n1,2,"a\n', OPEN),
    ("an open quote in a number", 'x,y\n1,"2\n', OPEN),
    ("text behind quotes", 'name,x,y\n"a"b,1,2\n', TEXT),
    ("a number behind quotes", 'x,y\n1,"2"3\n', TEXT),
    ("blanks beside numbers", "x,y\n 1, 2 \n"),
    ("blanks in quotes", 'x,y\n" 1 ","2"\n'),
    ("thousands", 'x,y\n"1,000",2\n'),
    ("an underscore", "x,y\n1_0,2\n", SPELLED),
    ("nan", "x,y\nnan,2\n", SPELLED),
    ("infinity", "x,y\ninf,2\n", SPELLED),
    ("hexadecimal", "x,y\n0x1,2\n"),
    ("exponents", "x,y\n1e2,-2E-2\n"),
    ("signs", "x,y\n+1,-2\n"),
    ("points at the ends", "x,y\n1.,.5\n"),
    ("digits of other scripts", "x,y\n١,2\n", SPELLED),
]


def columns(text, delimiter=","):
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        places = [rows[0].index(name) for name in ("x", "y")]
        return [[bits(float(row[place])) for place in places] for row in rows[1:] if row]
    except (csv.Error, ValueError, IndexError):
        return REFUSED


def main():
    cases = Cases()
    for name, text, *reason in TABLES:
        cases.add(name, text, columns(text), *reason)
        if ";" in text or "\t" in text or reason:
            continue
        for mark, delimiter in (("semicolons", ";"), ("tabs", "\t")):
            other = "".join({",": delimiter}.get(letter, letter) for letter in text)
            cases.add(f"{name}, {mark}", other, columns(other, delimiter))
    cases.print()


if __name__ == "__main__":
    main()
