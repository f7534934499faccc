"""How prescriptions are written: strengths, forms, routes, frequencies and "stopped", as patterns over a tidied line.

Finds sig-like pieces and nothing else; it knows no medicine. Standard library only.
"""

import re

Piece = tuple[str, int, int]  # kind, start and end in the tidied line

# The end of a word: space, end of line, or punctuation that is not inside a word or number ("1,4-butanediol").
_END = r"(?=$|\s|[;)(]|[.,:](?:\s|$))"
_NUMBER = r"(?:\d[\d,]*(?:\.\d+)?|\.\d+)"
_UNIT = (
    r"(?:mg|mcg|µg|μg|ug|gm?|grams?|kg|ml|cc|l|meq|mmol|units?|iu|i\.u\.|u|%|million units"
    r"|micrograms?|milligrams?|millilit(?:er|re)s?)"
)
_AMOUNT = rf"{_NUMBER}\s?{_UNIT}"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*"
_COUNT = r"(?:\d+|an?|one|two|three|four|five|six|(?:a )?few)"
_SPAN = r"(?:d|days?|w|wks?|weeks?|months?|mos?|yrs?|years?)"
_RELATIVE = rf"(?:yesterday|today|last\s(?:night|week|month|year)|(?:about |~)?{_COUNT}\s?{_SPAN}\sago)"
_DATE = (
    r"(?:\d{1,4}(?:[/.-]\d{1,4}){1,2}"
    rf"|(?:\d{{1,2}}\s)?(?:(?:early|mid|late|end of|beginning of)[\s-])?{_MONTH}\.?"
    r"(?:\s\d{1,4})?(?:,?\s\d{4})?|\d{4}"
    rf"|{_RELATIVE}|{_COUNT}\s?{_SPAN})"
)
_ON = r"(?:in|on|since|about|around|approx\.?|as of|for|x|early|late|mid|:)"

FORMS = {
    "tablet": r"tab(?:let)?s?|pills?|caplets?",
    "capsule": r"cap(?:sule)?s?|(?:soft|liqui)[\s-]?gels?|gel[\s-]?(?:cap(?:sule)?|tab(?:let)?)s?",
    "patch": r"patch(?:es)?",
    "film": r"films?|strips?",
    "injection": r"inj(?:ection|ections|ectable)?|infusions?|vials?|ampoules?|syringes?|pens?|auto-?injectors?",
    "liquid": r"susp(?:ension)?|syrup|elixir|soln?|solution|liquid|tincture",
    "cream": r"cream",
    "lotion": r"lotion",
    "shampoo": r"shampoo",
    "gel": r"gel",
    "ointment": r"ointment|oint",
    "foam": r"foam",
    "drops": r"drops?|gtts?",
    "spray": r"sprays?",
    "inhaler": r"inhalers?|hfa|mdi|dpi|puffs?|neb(?:uliser|ulizer|s)?",
    "suppository": r"supp(?:ository|ositories|s)?",
    "lozenge": r"lozenges?|troches?",
    "gum": r"gum",
    "gummy": r"gumm(?:y|ies)|edibles?",
    "vape": r"vapes?|cartridges?",
    "drink": r"drinks?|glass(?:es)?|cans?|bottles?|cups?|pints?|shots?",
    "powder": r"powders?|packets?|sachets?",
    "extended release": r"(?:extended|sustained|delayed|controlled|modified|immediate)[\s-]release"
    r"|long[\s-]acting|lai|depot|enteric[\s-]coated|er|xr|sr|la|xl|cr|cd|dr|ec|ir|xt|odt|chewable"
    r"|orally disintegrating",
}
ROUTES = {
    "sublingual": r"s\.?l\.?|sublingual(?:ly)?|under (?:the|your) tongue",
    "buccal": r"buccal(?:ly)?|inside (?:the|your) cheek",
    "transdermal": r"transdermal(?:ly)?|td",
    "injected": r"i\.?m\.?|i\.?v\.?|s\.?c\.?|s\.?q\.?|sub-?q|sub-?cut(?:aneous)?(?:ly)?|subcutaneous(?:ly)?"
    r"|intramuscular(?:ly)?|intravenous(?:ly)?|epidural|intrathecal|injected",
    "rectal": r"p\.?r\.?|rectal(?:ly)?|enema",
    "vaginal": r"p\.?v\.?|vag(?:inal(?:ly)?)?",
    "ophthalmic": r"oph(?:th(?:alm(?:ic)?)?)?|o\.?u\.?|eyes?|each eye|both eyes"
    r"|in (?:the )?(?:left |right |both |each )?eyes?",
    "otic": r"otic|ears?|in (?:the )?(?:left |right |both |each )?ears?|each ear|both ears",
    "nasal": r"nasal(?:ly)?|intranasal(?:ly)?|(?:in |to )?(?:each|per|both|either) nostrils?|in (?:the )?nose"
    r"|in(?=\s(?:prn|as needed|once|x\s?\d|q\d|qd|daily|bid|tid)\b|$)",
    "inhaled": r"inh(?:aled)?|inhalation|nebuli[sz]ed|by inhaler",
    "topical": r"top(?:ical|ically)?|to (?:the )?(?:skin|affected areas?)",
    "implant": r"implant(?:ed)?|implants",
    "oral": r"p\.?o\.?|by mouth|oral(?:ly)?|swallowed",
}
# Where these stay is for the substance to say: gels of hormones and ointments of nitrates are for the whole body.
LOCAL_FORMS = ("cream", "lotion", "gel", "ointment", "foam")
ROUTE_OF_FORM = {
    "patch": "transdermal",
    "injection": "injected",
    "inhaler": "inhaled",
    "shampoo": "topical",
}
_EVERY = r"(?:\d+(?:\s?(?:-|to)\s?\d+)?)"
_FREQUENCY = (
    r"q\.?d\.?|o\.?d\.?|b\.?i\.?d\.?|t\.?i\.?d\.?|q\.?i\.?d\.?|bd|tds|qds|qod|q\.?h\.?s\.?|h\.?s\.?|q ?am|q ?pm"
    rf"|q\s?{_EVERY}\s?(?:h|hr|hrs|hours?|min|d|days?|w|wks?|weeks?)|q\s?(?:day|week|month|night|morning|evening|hs)|qw"
    r"|daily|nightly|weekly|monthly|once|twice|thrice|every(?:\s?other)?(?:\s\d+)?\s?(?:day|days|night|morning|evening"
    r"|week|weeks|month|months|hours?|hrs?)"
    rf"|every {_EVERY} (?:hours?|hrs?|days?|weeks?|months?)|q\s?{_EVERY}?\s?(?:months?|mos?|wks?|weeks?)"
    rf"|{_EVERY}\s?/\s?(?:day|d|night|wk|week|mo|month)|{_EVERY}\s?ppd|[mtwfs](?:u|h|a)?(?:/[mtwfs](?:u|h|a)?){{1,6}}"
    rf"|(?:{_EVERY}|two|three|four|five|six)\s?(?:times|x)(?:\s?(?:a|per|/|every)?\s?(?:day|daily|week|night))?"
    rf"|x\s?\d+(?:\s?(?:days?|d|weeks?|wks?|months?))?|(?:a|per) (?:day|week|night)"
    r"|at (?:bedtime|night|noon)|bedtime|in the (?:morning|evening|afternoon)"
    r"|with (?:food|meals?|breakfast|dinner|supper|water)"
    r"|before (?:meals?|bed|food)|after (?:meals?|food)|a\.?c\.?|p\.?c\.?|stat|u\.?d\.?|ut dict|as directed|mane|nocte"
    r"|occasional(?:ly)?|sometimes|rarely|socially|regularly|generic|brand|otc|sliding scale"
    r"|taper(?:ing)?|titrat(?:e|ed|ing)|dose ?pac?k|z-?pac?k|held|on hold|only|behind (?:the |one |each )?ears?"
    r"|d\.?s\.?|on (?:an )?empty stomach|at onset|may repeat|with food|at clinic|last fill(?:ed)?"
    r"|max(?:imum)?\.? \d+\S*(?:\s?(?:/|per|a|in)\s?\S+)?|#\s?\d{2,}|qty\s?\d+"
    r"|disp(?:ense)?\s?#?\d+|refills?\s?:?\d*|\d+ refills?"
)
_PER = rf"(?:\s?/\s?{_NUMBER}?\s?(?:{_UNIT}|hr?|hour|day|d|actuation|spray|puff|dose|tab|cap|patch))?"
_WITH_UNIT = rf"{_AMOUNT}(?:\s?[-/–x]\s?{_AMOUNT})*{_PER}|{_NUMBER}(?:\s?[-/–]\s?{_NUMBER})*\s?-?\s?{_UNIT}{_PER}"
_STOPPED = (
    r"stopped|discontinued|d\s?/\s?c['’]?e?d?|dc['’]?e?d|discontinue|ceased|quit"
    r"|no longer (?:taking|on|takes|uses)|not taking|finished|(?:now |been )?off(?=\s(?:since|for|x|as of|of|\d)|$)"
)
# Not a stop of this medicine: a plan ("d/c after 7 days"), another habit, a discharge, or "not stopped".
_BEFORE_STOP = r"(?<!\bnot )(?<!never )(?<!n't )(?<!\bat )(?<!\bon )(?<!after )"
_AFTER_STOP = (
    r"(?!\s(?:after|if|when|once|smoking|drinking|alcohol|home|summary|list|med(?:ication)?s?\b|in \d+ (?:day|week)))"
)
_LAST_DOSE = r"last (?:dose|dosed|inj(?:ection)?|shot|taken|took|used|given|received)"
_KINDS = (
    ("bracket", r"\([^()]*\)?|\[[^\[\]]*\]?"),
    ("stopped", rf"{_BEFORE_STOP}(?:{_STOPPED}){_AFTER_STOP}\.?(?:\s?{_ON}){{0,2}}(?:\s?~?{_DATE})?"),
    ("again", r"(?:and |then )*(?:re-?started|resumed|back on(?: it)?|started again)(?:\s?~?" + rf"{_DATE})?"),
    ("last", rf"{_LAST_DOSE}(?:\s?{_ON}|\swas){{0,2}}(?:\s?~?{_DATE})?"),
    ("when", rf"(?:{_ON}\s)?(?:{_RELATIVE})"),
    ("since", rf"(?:since|started|start|began|until|from)(?:\s?{_ON})?(?:\s?~?{_DATE})?"),
    ("needed", r"p\.?r\.?n\.?|(?:as|when|if|only when) needed|sos|as required"),
    ("reason", rf"for\s(?!kids|children)[^,;(]*?(?=\s(?:{_STOPPED}|p\.?r\.?n|(?:as|when|if) needed)|[,;(]|$)"),
    *(("form:" + form, rf"(?:{words})\.?") for form, words in FORMS.items()),
    *(("route:" + route, rf"(?:{words})\.?") for route, words in ROUTES.items()),
    ("often", rf"(?:{_FREQUENCY})\.?"),
    ("amount", rf"(?:{_WITH_UNIT})"),
    (
        "number",
        rf"{_NUMBER}(?:\s?[-/–]\s?{_NUMBER})*|[½¼¾]|\d\s?[½¼¾]|(?:double|extra|max(?:imum)?|regular) strength|es|rs",
    ),
)
_PIECES = tuple(re.compile(f"(?:{pattern})" + ("" if kind == "bracket" else _END)) for kind, pattern in _KINDS)
_WORD_START = re.compile(r"\S")
# To the end of the word, or to a bracket inside it.
_REST_OF_WORD = re.compile(r"\S[^\s(]*")
_BETWEEN = re.compile(r"[ ,;:.]*")


def pieces_between(text: str, position: int, stop: int) -> list[Piece]:
    """Every word from `position` to `stop` as a piece; what is not sig-like is "other"."""
    found: list[Piece] = []
    while word := _WORD_START.search(text, position, stop):
        start = word.start()
        kind, end = piece_at(text, start) or ("other", _REST_OF_WORD.match(text, start, stop).end())
        found.append((kind, start, end))
        position = _BETWEEN.match(text, end).end()
    return found


def piece_at(text: str, position: int) -> tuple[str, int] | None:
    """The kind and end of the longest sig-like piece that starts here."""
    if text.startswith(("(", "["), position):
        return _KINDS[0][0], _PIECES[0].match(text, position).end()
    longest: tuple[str, int] | None = None
    for (kind, _), pattern in zip(_KINDS, _PIECES, strict=True):
        match = pattern.match(text, position)
        if match and match.end() > (longest[1] if longest else position):
            longest = (kind, match.end())
    return longest
