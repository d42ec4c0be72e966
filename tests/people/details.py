"""People to enter in tests."""

from datetime import date
from typing import Any

from eldercampus.people.identity import check_digit
from eldercampus.people.registering import PersonDetails, phone_contact
from tests.world import World

NUMBER = "33021319520327001"
NUMBER += check_digit(NUMBER)  # odd order: a man, born on 27 March 1952


def details(world: World, **changes: Any) -> PersonDetails:
    given: dict[str, Any] = {
        "name": "郑新来",
        "sex": "m",
        "born_on": date(1952, 3, 27),
        "community_id": world.communities["E2"],
        "contacts": (phone_contact("+8613800000077"),),
        "emergency_name": "郑二",
        "emergency_phone": "+8613900000000",
        "emergency_relation": "son",
    }
    return PersonDetails(**{**given, **changes})
