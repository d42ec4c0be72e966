"""A small round in which stands everything that can stand in one."""

from tests.allocation.markets import Round, game, learner, reserve, section


def whole() -> Round:
    """Two sections, two learners; everything that can stand in a file stands in it."""
    frozen = game(
        [
            section("S-1", 3, minimum=2, seats=[reserve("t1", 1), reserve("t2", 1, "keep")]),
            section("S-2", 2, exempt=True),
        ],
        [
            learner("L-1", "S-1 S-2", 2, tags=["t1"], groups={"S-1": 1}),
            learner("L-2", "S-1", held=["S-2"]),
        ],
    )
    frozen["rules"] = {"rounds": 3, "proximity": "bands", "bands_m": [1000, 3000]}
    return frozen
