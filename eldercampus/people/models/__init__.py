"""People, how to reach them, who acts for them, and how they sign in."""

from eldercampus.people.models.accounts import (
    ROLES,
    Account,
    DeskCode,
    FormKey,
    Grant,
    KeptForm,
    SignInCode,
    Throttle,
    WebSession,
)
from eldercampus.people.models.persons import (
    CHANNELS,
    CalendarFeed,
    Consent,
    Contact,
    DataRequest,
    Person,
    SamePersonPair,
    Tag,
    Undertaking,
)
from eldercampus.people.models.relations import RelationRequest, Representation

__all__ = [
    "CHANNELS",
    "ROLES",
    "Account",
    "CalendarFeed",
    "Consent",
    "Contact",
    "DataRequest",
    "DeskCode",
    "FormKey",
    "Grant",
    "KeptForm",
    "Person",
    "RelationRequest",
    "Representation",
    "SamePersonPair",
    "SignInCode",
    "Tag",
    "Throttle",
    "Undertaking",
    "WebSession",
]
