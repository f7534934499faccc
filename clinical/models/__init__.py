"""All stored things of the clinical app, by room."""

from clinical.models.addresses import AddressPeriod
from clinical.models.assessment import FollowUp, FollowUpChange, InstrumentTaken, Result, SuicideInquiry
from clinical.models.audit import AuditEvent
from clinical.models.consultation import Asked, ChangePlan, Consultation, DraftText, KratomUseRow, MedicationTaken
from clinical.models.diary import DiaryDose, DiaryImport
from clinical.models.drafting import ConcernChange, ConcernSweep, ReferenceCase, RuleDraft
from clinical.models.kept_knowledge import KeptKnowledge
from clinical.models.knowledge import (
    InteractionRule,
    ReferenceChange,
    ReferenceTable,
    ReferenceVersion,
    RuleModifier,
    RuleObject,
)
from clinical.models.law_notice import LawNoticeSeen
from clinical.models.people import Patient, PatientCondition, Practice, Sex, User
from clinical.models.reviewing import RuleToReview
from clinical.models.rxnorm import RxNormConcept, RxNormRelease
from clinical.models.screening import AlertStewardship, Answer, FlagAnswer, ScreeningFlag, ScreeningRun
from clinical.models.tapering import TaperPlan, TaperStep
from clinical.models.vocabulary import (
    Condition,
    Role,
    Source,
    Substance,
    SubstanceName,
    SubstanceRole,
    UnrecognisedName,
)

__all__ = [
    "AddressPeriod",
    "TaperStep",
    "TaperPlan",
    "SuicideInquiry",
    "Result",
    "InstrumentTaken",
    "DiaryImport",
    "DiaryDose",
    "ChangePlan",
    "AlertStewardship",
    "Answer",
    "Asked",
    "AuditEvent",
    "ConcernChange",
    "ConcernSweep",
    "Condition",
    "Consultation",
    "DraftText",
    "FlagAnswer",
    "FollowUp",
    "FollowUpChange",
    "InteractionRule",
    "KeptKnowledge",
    "KratomUseRow",
    "LawNoticeSeen",
    "MedicationTaken",
    "Patient",
    "PatientCondition",
    "Practice",
    "ReferenceCase",
    "ReferenceChange",
    "ReferenceTable",
    "ReferenceVersion",
    "Role",
    "RuleDraft",
    "RuleModifier",
    "RuleObject",
    "RuleToReview",
    "RxNormConcept",
    "RxNormRelease",
    "ScreeningFlag",
    "ScreeningRun",
    "Sex",
    "Source",
    "Substance",
    "SubstanceName",
    "SubstanceRole",
    "UnrecognisedName",
    "User",
]
