"""Cases for the readers of files, and what others make of them.

A case is bytes, what the peers read in them in a spelling that both sides can write, and, where
Implode is meant to read something else, the reason.
"""

import json
import struct

REFUSED = "refused"


def bits(value):
    """A number as its bits in double precision, so that nothing is lost and -0 is not 0."""
    return struct.pack(">d", value).hex()


class Cases:
    def __init__(self):
        self.list = []

    def add(self, name, content, peer, differs=None, **more):
        if isinstance(content, str):
            content = content.encode()
        case = {"name": name, "bytes": content.hex(), "peer": peer, "differs": differs}
        self.list.append(case | more)

    def print(self):
        print(json.dumps(self.list))
