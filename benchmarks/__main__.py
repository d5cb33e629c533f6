"""`python -m benchmarks NAME [--json]` runs one measurement and prints its figures."""

import argparse
import importlib
import inspect
import json
import pkgutil
import sys

import benchmarks


def names() -> list[str]:
    """The modules beside this one that measure something."""
    return sorted(found.name for found in pkgutil.iter_modules(benchmarks.__path__) if not found.name.startswith("_"))


def main(arguments: list[str]) -> int:
    """Run one measurement; 0 when it ran, 2 when there is none of that name."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Run one measurement and print its figures."
    )
    parser.add_argument("name", help="which measurement, for example coverage")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.add_argument("--size", type=int, help="how much to measure with, where the measurement says of what")
    asked = parser.parse_args(arguments)
    if asked.name not in names():
        parser.error(f"there is no measurement “{asked.name}”; choose from {', '.join(names())}")
    run = getattr(importlib.import_module(f"benchmarks.{asked.name}"), "run", None)
    if run is None:
        parser.error(f"“{asked.name}” holds material for measurements and has none of its own")
    if asked.size is not None and "size" not in inspect.signature(run).parameters:
        parser.error(f"“{asked.name}” has one size only")
    figures: dict[str, float] = run() if asked.size is None else run(size=asked.size)
    if asked.json:
        print(json.dumps(figures))
        return 0
    width = max(len(name) for name in figures)
    for name, figure in figures.items():
        print(f"{name:<{width}}  {figure:g}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
