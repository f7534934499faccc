"""The largest numbers a form accepts: our judgement, a wall against slips of the keyboard, no clinical threshold.

What is unusual but possible is accepted here and named by screening ("check the amount"), which reads its own
thresholds from the reference data. The highest doses in the evidence (a series averaging 92 g a day) fit many times.
"""

# Judgement: one dose each half hour, day and night.
MOST_DOSES_A_DAY = 48
# A week has seven days.
MOST_DAYS_A_WEEK = 7
# Judgement: eighty years; a larger number was meant as days or is a slip.
MOST_MONTHS_OF_USE = 960
# Judgement: ten years since the last use is history, whatever unit it was typed in.
MOST_HOURS_SINCE_LAST_USE = 10 * 366 * 24
# Judgement: nobody counts more attempts than this.
MOST_FAILED_QUITS = 99
# The scale of the instrument (11 items): Clinical Opiate Withdrawal Scale, 0 to 48.
MOST_COWS = 48

# Judgement: per dose or per day, in the unit chosen. Units not named take MOST_AMOUNT_OTHERWISE.
MOST_AMOUNT = {"g": 1_000, "mg": 1_000_000, "mg_mitragynine": 20_000, "mg_7oh": 5_000, "ml": 20_000, "ounce": 35}
MOST_AMOUNT_OTHERWISE = 500
# Judgement: the largest of the above, for an amount without a unit.
MOST_AMOUNT_OF_ANY_UNIT = 1_000_000

# Judgement: rows of one kind on one visit; enough for any real list, small enough to render.
MOST_ROWS = 120
# Judgement: nobody goes on adding rows so long after being told; what is larger comes from no page of ours.
MOST_ROWS_POSTED = 3 * MOST_ROWS

# Judgement: a change agreed for a day further from the visit than this is a slip of the year.
MOST_DAYS_TO_CHANGE = 366
