"""How the Chinese name of a course is typed in Latin letters, for those who look for it."""


def initials(name: str) -> str:
    """Lower-case first letters of the pinyin, for searching and sorting: 书法 一级 → sfyj."""
    return "".join(syllable[0] for syllable in _syllables(name))[:60]


def pinyin_tails(name: str) -> str:
    """The pinyin from each syllable to the end, a blank before each: 太极拳 → " taijiquan jiquan
    quan". What somebody types is then found wherever a syllable begins, and nowhere else."""
    syllables = _syllables(name)
    return "".join(f" {''.join(syllables[start:])}" for start in range(len(syllables)))


def _syllables(name: str) -> list[str]:
    """In small letters; what is not Chinese counts as one syllable."""
    from pypinyin import lazy_pinyin  # two seconds that no page should wait for

    spelt = lazy_pinyin(name)
    tidy = ("".join(letter for letter in one.lower() if letter.isalnum()) for one in spelt)
    return [syllable for syllable in tidy if syllable]
