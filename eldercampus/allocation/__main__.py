"""python -m eldercampus.allocation ROUND.json > RESULT.json

Exit 0; 2 with one line on stderr if the file cannot be read or may not be drawn.
"""

import sys
from pathlib import Path

from eldercampus.allocation import problem
from eldercampus.allocation.solve import solve
from eldercampus.allocation.strict_json import MAX_BYTES


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("python -m eldercampus.allocation ROUND.json > RESULT.json", file=sys.stderr)
        return 2
    try:
        with Path(arguments[0]).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        result = solve(problem.parse(data, drawing=True))
    except OSError as error:
        print(f"{arguments[0]}: {error.strerror}", file=sys.stderr)
        return 2
    except problem.RoundFileError as error:
        print(error, file=sys.stderr)
        return 2
    sys.stdout.buffer.write(problem.canonical(result))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
