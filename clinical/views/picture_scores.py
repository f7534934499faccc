"""The lane of scores: severity bands, the line of totals, what each score meets, and the height of a response.

Meaning is carried by shape, line style and words; colour only repeats it.
"""

from datetime import date

from clinical.screening.course import Reading
from clinical.views.picture import Drawing, Labels, Lane, joined, marks, size_for

HIGHEST_PHQ9 = 27
SIGNS = {"circle": ("●", "○"), "diamond": ("◆", "◇"), "square": ("■", "□"), "up": ("▲", "△")}


def shape_of(reading: Reading) -> str:
    """What a score is drawn as: the most urgent thing it meets."""
    if reading.is_deterioration:
        return "up"
    if reading.is_remission:
        return "square"
    return "diamond" if reading.is_response else "circle"


def look_of(reading: Reading) -> str:
    """The sign of the score as a letter-like mark, for the table beside the picture."""
    solid, hollow = SIGNS[shape_of(reading)]
    return solid if reading.is_apart is False else hollow


def draw_bands(drawing: Drawing, lane: Lane, bands: tuple[tuple[int, int, str], ...], *, named: bool = True) -> None:
    """Severity bands: every second one shaded, a line at each lower edge, the name at the left."""
    left, right = lane.axis.left, lane.axis.right
    for number, (low, high, name) in enumerate(bands):
        top = lane.y(min(high + 1, lane.high))
        bottom = lane.y(low)
        drawing.box(left, top, right - left, bottom - top, f"kc-pic__band{number % 2}")
        drawing.text(left - 6, bottom + 4, low, "kc-pic__small", "end")
        if named:
            drawing.text(left - 26, (top + bottom) / 2 + 4, name, "kc-pic__small", "end")
    drawing.line((f"M{left:g} {lane.y(low):.1f}H{right:g}" for low, _high, _name in bands), "kc-pic__rule")


def draw_scores(drawing: Drawing, lane: Lane, readings: tuple[Reading, ...], most_labels: int = 40) -> None:
    """The line of scores, each with the shape of what it meets; hollow in the time after stopping; baselines ringed."""
    points = [(lane.axis.at(one.visit.day), lane.y(one.total)) for one in readings]
    days = [one.visit.day for one in readings]
    solid, broken = joined(points, days)
    drawing.line(solid, "kc-pic__score")
    drawing.line(broken, "kc-pic__score kc-pic__broken")
    r = size_for(len(readings), lane.axis)
    for is_apart in (False, True):
        for shape in ("circle", "diamond", "square", "up"):
            found = [
                point
                for point, one in zip(points, readings, strict=True)
                if shape_of(one) == shape and (one.is_apart is not False) is is_apart
            ]
            look = "kc-pic__hollow" if is_apart else "kc-pic__mark"
            drawing.line(marks(found, shape, r), f"{look} kc-pic__worse" if shape == "up" else look)
    rings = [point for point, one in zip(points, readings, strict=True) if one.is_baseline]
    drawing.line(marks(rings, "circle", r + 4), "kc-pic__ring")
    _label_scores(drawing, lane, readings, points, r, most_labels)


def _label_scores(
    drawing: Drawing, lane: Lane, readings: tuple[Reading, ...], points: list[tuple[float, float]], r: float, most: int
) -> None:
    """Totals above their marks as far as there is room: the latest first, baselines, deteriorations, then the rest."""
    labels = Labels(lane.axis.left, lane.axis.right + 16)

    def rank(number: int) -> tuple[bool, bool, bool, int]:
        one = readings[number]
        return (number != len(readings) - 1, not one.is_baseline, not one.is_deterioration, -number)

    for number in sorted(range(len(readings)), key=rank):
        if len(labels.taken) >= most:
            return
        (x, y), words = points[number], str(readings[number].total)
        if labels.room(x, words):
            over = y - r - 6
            drawing.text(x, over if over > lane.top + 6 else y + r + 14, words, "kc-pic__value", "middle")


def draw_limits(drawing: Drawing, lane: Lane, readings: tuple[Reading, ...], response_percent: float) -> None:
    """From each baseline that counts, the height at which a score is a response, until the next baseline holds."""
    spans: dict[tuple[date, int], list[date]] = {}
    for one in readings:
        if one.baseline and one.is_response is not None:
            spans.setdefault((one.baseline.day, one.baseline.total), []).append(one.visit.day)
    parts = []
    for (day, total), days in spans.items():
        height = lane.y(total * (1 - response_percent / 100))
        parts.append(f"M{lane.axis.at(day):.1f} {height:.1f}H{max(lane.axis.at(days[-1]), lane.axis.at(day) + 8):.1f}")
    drawing.line(parts, "kc-pic__response")
