"""How long whole pages take, through every layer and a database: python -m tests.benchmarks.bench_pages"""

from tests.benchmarks.throwaway import browser_of, database, measure, settle, show  # first: it sets Django up

# isort: split
from tests import factories
from tests.benchmarks import charts
from tests.clinical import course_scene

ROUNDS = 200
PATIENTS, VISITS = 500, 20
WEEKS = 260  # five years


def main() -> None:
    with database():
        doctor = factories.clinician()
        charts.many_patients(doctor, PATIENTS)
        chart = charts.chart_with(doctor, VISITS)
        weekly = course_scene.patient_of(doctor, course_scene.weekly(WEEKS))
        drafts = {number: charts.draft_with(doctor, number) for number in (10, 40)}
        client = browser_of(doctor)
        settle()

        def page(what: str, budget: str, address: str) -> None:
            show(what, budget, measure([lambda: client.get(address)], ROUNDS))

        page("worklist", "none", "/")
        page(f"patient list, 25 rows of {PATIENTS}", "8 ms, 5 queries; goal 4 ms", "/patients/?page=3")
        page("patient list, one name searched", "8 ms, 5 queries; goal 4 ms", "/patients/?q=Jordan+0")
        page(f"chart, {VISITS} visits", "12 ms, 10 queries; goal 3 ms", f"/patients/{chart.pk}/")
        page(f"chart, {WEEKS} weekly visits", "12 ms, 10 queries; goal 3 ms", f"/patients/{weekly.pk}/")
        page(f"over time, {WEEKS} weekly visits", "none", f"/patients/{weekly.pk}/over-time/")
        for number, draft in drafts.items():
            address = f"/consultations/{draft.pk}/"
            page(f"consultation page, {number} medicines", "12 ms, 10 queries; goal 3 ms", address)
        signed = chart.consultations.first()
        page("signed visit", "12 ms, 10 queries; goal 3 ms", f"/consultations/{signed.pk}/")
        page("evidence, one rule", "none", "/evidence/tramadol/")
        page("law, one place", "none", "/legal/?place=Memphis,+TN")


if __name__ == "__main__":
    main()
