"""`make bench`: every ratio in one run. `make bench ARGS=night` runs one part, and
`make bench ARGS="truth FOLDER"` measures identity on the labelled sets of a folder,
`make bench ARGS="lifetime FOLDER"` lifetime value on those of CDNOW too."""

from __future__ import annotations

import sys
import time

from benchmarks import identity, ingest, lifetime, night, orchestra, truth, values

PARTS = {
    "ingest": ingest.main,
    "values": values.main,
    "identity": identity.main,
    "night": night.main,
    "lifetime": lifetime.main,
    "orchestra": orchestra.main,
}


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["truth"]:  # needs sets that are not ours to give
        truth.main(arguments[1:])
        return
    if arguments[:1] == ["lifetime"]:
        lifetime.main(arguments[1:])
        return
    wanted = arguments or list(PARTS)
    for name in wanted:
        if name not in PARTS:
            sys.exit(f"no benchmark is called '{name}'; there are: {', '.join(PARTS)}")
        print(
            f"\n{name}: {sys.modules[PARTS[name].__module__].__doc__.splitlines()[0]}", flush=True
        )
        begun = time.perf_counter()
        PARTS[name]([])
        print(f"  ({time.perf_counter() - begun:.0f} s)", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
