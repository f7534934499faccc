"""The invented patients of the demo practice: who they are and what was said in each visit. Plain values only.

Nobody here exists. Days are counted back from the day the demo is made; medicines are as a clinician types them.
"""

from dataclasses import dataclass, field

from clinical.records import MedicationRecord, UseRecord, VisitRecord

DAYS_IN_YEAR = 365


def settled(entered: str) -> MedicationRecord:
    """A medicine that has been taken for a while."""
    return MedicationRecord(entered, phase="settled")


@dataclass(frozen=True, slots=True)
class FollowUpPlan:
    """What one concern is monitored for, and when, in days from today (negative: it is overdue)."""

    what: str
    in_days: int


@dataclass(frozen=True, slots=True)
class Amendment:
    """Why a signed visit was corrected, and the medicines that had been left out."""

    reason: str
    medications: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoVisit:
    """One visit. Signed unless it is left as a draft; `answer` goes to each concern that needs one."""

    days_ago: int
    uses: tuple[UseRecord, ...] = ()
    medications: tuple[str | MedicationRecord, ...] = ()
    other: tuple[str, ...] = ()
    asked: str = "uses"
    said: dict = field(default_factory=dict)
    answer: str = "counsel"
    is_draft: bool = False
    follow_up: FollowUpPlan | None = None
    amendment: Amendment | None = None
    asked_about_suicide: dict = field(default_factory=dict)

    def medication_records(self) -> tuple[MedicationRecord, ...]:
        taken = [
            m if isinstance(m, MedicationRecord) else MedicationRecord(m, phase="settled") for m in self.medications
        ]
        return (*taken, *(MedicationRecord(name, kind="other") for name in self.other))

    def record(self, conditions: tuple[str, ...], visit_on) -> VisitRecord:
        return VisitRecord(
            visit_on=visit_on,
            asked=self.asked,
            uses=self.uses,
            medications=self.medication_records(),
            conditions=conditions,
            **self.said,
        )


@dataclass(frozen=True, slots=True)
class DemoPatient:
    """One invented person. `place` is ZIP, city, county, state."""

    name: str
    years: int
    sex: str
    place: tuple[str, str, str, str]
    conditions: tuple[str, ...] = ()
    visits: tuple[DemoVisit, ...] = ()

    def values(self, number: int, born_on) -> dict:
        zip_code, city, county, state = self.place
        return {
            "name": self.name,
            "record_number": f"DEMO-{number:03}",
            "born_on": born_on,
            "sex": self.sex,
            "zip_code": zip_code,
            "city": city,
            "county": county,
            "state": state,
            "country": "US",
        }


def leaf(grams: float, doses: float, **values) -> UseRecord:
    known = {"product": "leaf_powder", "unit": "g", "days_per_week": 7.0, "months_of_use": 14.0}
    return UseRecord(amount=grams, doses_per_day=doses, **{**known, "hours_since_last_use": 6.0, **values})


MEMPHIS = ("38103", "Memphis", "Shelby", "TN")
WEST_MEMPHIS = ("72301", "West Memphis", "Crittenden", "AR")
DENVER = ("80202", "Denver", "Denver", "CO")
SAN_DIEGO = ("92101", "San Diego", "San Diego", "CA")
TUPELO = ("38801", "Tupelo", "Lee", "MS")
ALTON = ("62002", "Alton", "Madison", "IL")
OAKLAND = ("94612", "Oakland", "Alameda", "CA")
LEXINGTON = ("40507", "Lexington", "Fayette", "KY")

# An older adult's list as it came with the referral letter.
LONG_LIST = (
    "lisinopril 20 mg daily", "amlodipine 5 mg daily", "metoprolol succinate 50 mg daily", "furosemide 40 mg daily",
    "spironolactone 25 mg daily", "atorvastatin 40 mg at bedtime", "apixaban 5 mg twice daily", "digoxin 125 mcg daily",
    "hydralazine 25 mg three times daily", "potassium chloride 20 mEq daily", "metformin 500 mg twice daily",
    "sitagliptin 50 mg daily", "insulin glargine 14 units at bedtime", "levothyroxine 75 mcg daily",
    "allopurinol 100 mg daily", "colchicine 0.6 mg prn", "omeprazole 20 mg daily", "famotidine 20 mg at bedtime",
    "ondansetron 4 mg prn", "loperamide 2 mg prn", "senna", "docusate 100 mg twice daily", "polyethylene glycol 3350",
    "acetaminophen 500 mg prn", "gabapentin 300 mg three times daily", "oxycodone 5 mg prn", "tizanidine 2 mg prn",
    "duloxetine 30 mg daily", "trazodone 50 mg at bedtime", "melatonin 3 mg at bedtime", "donepezil 10 mg daily",
    "memantine 10 mg twice daily", "tamsulosin 0.4 mg daily", "finasteride 5 mg daily", "oxybutynin 5 mg twice daily",
    "albuterol inhaler prn", "tiotropium inhaler daily", "montelukast 10 mg daily", "cetirizine 10 mg daily",
    "hydrochlorothiazide 12.5 mg daily", "alendronate 70 mg weekly", "cholecalciferol 1000 units daily",
)  # fmt: skip

PATIENTS = (
    DemoPatient("Ada Example", 34, "female", MEMPHIS, ("chronic_pain",), (
        DemoVisit(
            40, (leaf(3, 3),), ("Ultram 50 mg prn", "ibuprofen 400 mg prn"), ("alcohol",),
            said={"plan": "Tramadol to end before the next refill; pain plan agreed."},
            follow_up=FollowUpPlan("Is tramadol stopped? Any seizure?", 3),
        ),
    )),
    DemoPatient("Ben Sample", 41, "male", WEST_MEMPHIS, ("alcohol_use_disorder",), (
        DemoVisit(
            24, (leaf(5, 4, months_of_use=36.0),), (MedicationRecord("naltrexone 50 mg daily", phase="planned"),),
            answer="stop", said={"past_withdrawal": "moderate", "failed_quits": 2, "dose_on_waking": True},
            follow_up=FollowUpPlan("Kratom ended and naltrexone still not started?", -6),
        ),
    )),
    DemoPatient("Cleo Invented", 29, "female", DENVER, ("major_depression",), (
        DemoVisit(
            84, (leaf(2.5, 2),), ("sertraline 50 mg daily",), answer="counsel",
            said={"phq9": (2, 2, 2, 2, 1, 2, 2, 1, 1), "plan": "Safety plan made today; see again in six weeks."},
            asked_about_suicide={
                "screen": "asq", "outcome": "thoughts",
                "done": "Safety plan made with her sister; kratom and tablets kept at the sister's home.",
            },
        ),
        DemoVisit(
            42, (leaf(2.5, 2),), ("sertraline 100 mg daily",), answer="counsel",
            said={"phq9": (1, 2, 1, 2, 1, 1, 1, 1, 0)},
        ),
        DemoVisit(
            2, (leaf(2, 1),), ("sertraline 100 mg daily",), answer="counsel",
            said={"phq9": (1, 1, 1, 1, 0, 1, 0, 0, 0)},
        ),
    )),
    DemoPatient("Dov Madeup", 26, "male", SAN_DIEGO, ("generalised_anxiety",), (
        DemoVisit(
            9, (UseRecord("7oh", amount=15.0, unit="mg_7oh", doses_per_day=4.0, days_per_week=7.0, months_of_use=4.0,
                          hours_since_last_use=3.0),),
            ("alprazolam 0.5 mg prn",), ("alcohol",), answer="change",
            said={"dose_on_waking": True, "dose_at_night": True, "doses_to_avoid_symptoms": True, "cows": 6},
        ),
    )),
    DemoPatient("Eve Pretend", 31, "female", TUPELO, (), (
        DemoVisit(
            5, (UseRecord("tea", amount=1.0, unit="glass", doses_per_day=2.0, days_per_week=5.0, months_of_use=8.0,
                          hours_since_last_use=12.0),),
            ("folic acid 400 mcg daily", "doxylamine at bedtime"), answer="refer",
            said={"pregnant": True, "breastfeeding": False},
        ),
    )),
    DemoPatient(
        "Finn Placeholder", 78, "male", ALTON,
        ("heart_failure", "atrial_fibrillation", "diabetes_type_2", "chronic_kidney_disease", "copd", "falls"),
        (DemoVisit(13, (leaf(1, 2, months_of_use=60.0),), LONG_LIST, answer="counsel"),),
    ),
    DemoPatient("Gia Nomeds", 38, "female", OAKLAND, (), (
        DemoVisit(18, (UseRecord("capsule", amount=6.0, unit="capsule", doses_per_day=2.0, days_per_week=3.0,
                                 months_of_use=5.0, hours_since_last_use=30.0),)),
    )),
    DemoPatient("Hal Stopped", 45, "male", MEMPHIS, ("opioid_use_disorder_remission",), (
        DemoVisit(
            7, (leaf(6, 4, months_of_use=48.0, hours_since_last_use=120.0, stopped=True),),
            ("mirtazapine 15 mg at bedtime",),
            said={"past_withdrawal": "mild", "opioid_use_disorder": "past", "cows": 9},
        ),
    )),
    DemoPatient("Ida Unclear", 49, "female", DENVER, (), (
        DemoVisit(
            11, (UseRecord("unknown", days_per_week=7.0),),
            ("quetiapine 50 mg at bedtime", "neighbour's sleep drops"), answer="need-info",
        ),
    )),
    DemoPatient("Jon Draft", 52, "male", WEST_MEMPHIS, ("bipolar_disorder",), (
        DemoVisit(1, (leaf(4, 2),), ("lithium 300 mg twice daily", "ibuprofen 400 mg prn"), is_draft=True),
    )),
    DemoPatient("Kay Amended", 60, "female", MEMPHIS, ("insomnia",), (
        DemoVisit(
            30, (leaf(2, 2),), ("levothyroxine 50 mcg daily",),
            amendment=Amendment("Zolpidem was on the list and had been left out.", ("zolpidem 5 mg at bedtime",)),
        ),
    )),
    DemoPatient("Lee Minor", 57, "male", OAKLAND, ("hypothyroidism",), (
        DemoVisit(3, (leaf(1, 1, days_per_week=2.0),), ("levothyroxine 100 mcg daily", "omeprazole 20 mg daily")),
    )),
    DemoPatient("Mia Doesnot", 23, "female", MEMPHIS, ("major_depression",), (
        DemoVisit(16, (), ("escitalopram 10 mg daily",), asked="does_not", said={"phq9": (1, 1, 2, 1, 0, 1, 0, 0, 0)}),
    )),
    DemoPatient("Ned Newcomer", 66, "male", ALTON),
    # The law of the state changes on 1 January 2027: the worklist says so from sixty days before.
    DemoPatient("Ola Notreal", 36, "female", LEXINGTON, ("hypothyroidism",), (
        DemoVisit(
            9, (leaf(2, 2),), ("levothyroxine 50 mcg daily",),
            said={"plan": "Wants to go on for now. Talk about cutting down before the new year."},
        ),
    )),
)  # fmt: skip
