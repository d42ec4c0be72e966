"""What is asked about a person with the same choices at home and at the counter."""

from eldercampus.web.forms.choices import labelled

SEXES = labelled("sex", ("f", "m"))
NEWS = labelled("news", ("sms", "call", "letter", "relative"))
TAGS = labelled("tag", ("disability", "low_income"))
