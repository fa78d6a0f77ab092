"""Describes the machine of a benchmark."""

import platform


def cpu():
    with open("/proc/cpuinfo") as file:
        names = [line.split(":")[1].strip() for line in file if line.startswith("model name")]
    return f"{names[0]}, {len(names)} CPU cores" if names else platform.machine()
