"""Import and export in the admin: the round trip, the preview, one transaction, and every kind of file refused."""

import csv
import io
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clinical import snapshots
from clinical.actions import editing
from clinical.exchange import ticket
from clinical.exchange.cells import guarded, unguarded
from clinical.exchange.columns import NAMES, ROLES, SHEET_OF
from clinical.exchange.export import file_of
from clinical.exchange.files import MOST_BYTES, FileRefused, read_lines
from clinical.exchange.plan import plan_of
from clinical.models import ReferenceChange, Source, Substance, SubstanceName, SubstanceRole
from clinical.permissions import AUDITOR, CLINICIAN, PRACTICE_ADMIN, REFERENCE_EDITOR, REFERENCE_REVIEWER
from clinical.vocabulary import lookup
from tests import factories

pytestmark = pytest.mark.django_db
HEADER = "name,substance,kind,source_id,route,withdrawn,revision"
ROLE_HEADER = "substance,role,strength,source_id,verified"


@pytest.fixture
def editor(client):
    who = factories.person(REFERENCE_EDITOR)
    client.force_login(who)
    return who


def address(model=SubstanceName, page="import", *args):
    return reverse(f"admin:clinical_{model._meta.model_name}_{page}", args=args)


def sent(client, text, model=SubstanceName, name="rows.csv"):
    content = text if isinstance(text, bytes) else text.encode()
    return client.post(address(model), {"file": SimpleUploadedFile(name, content)})


def confirmed(client, preview, model=SubstanceName, **values):
    return client.post(address(model), {"ticket": preview.context["ticket"], "reason": "checked list", **values})


def lines(*rows, header=HEADER):
    return "\n".join([header, *rows]) + "\n"


def planned(preview):
    return {row.key[0]: row for row in preview.context["plan"].rows}


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


# ---- Out and back.


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("sheet", SHEET_OF.values(), ids=lambda sheet: sheet.name)
def test_export_comes_back_unchanged(sheet, kind):
    content, _type = file_of(sheet, kind)
    plan = plan_of(sheet, read_lines(sheet, f"x.{kind}", content), 1)
    assert [row for row in plan.rows if row.what != "unchanged"] == []
    assert len(plan.rows) == sheet.model.objects.count()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "'=x", "''-x", "'tis", "plain", "", "x=1"])
def test_text_that_could_run_is_guarded_and_reads_back_the_same(text):
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t"))
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_formula_like_name_leaves_as_text_and_comes_back(client, editor, kind):
    values = {"name": "=cmd|' /C calc'!A0", "substance": Substance.objects.get(key="tramadol"), "kind": "street"}
    editing.add_row(model=SubstanceName, values=values, by=editor, reason="a trap")
    content = client.get(address(SubstanceName, "export", kind)).content
    if kind == "csv":
        assert [row for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) if row[0].startswith("=")] == []
    else:
        cells = [cell for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n"}
    plan = plan_of(NAMES, read_lines(NAMES, f"x.{kind}", content), 1)
    assert plan.to_write == ()


def test_withdrawn_rows_are_not_exported(client, editor):
    row = SubstanceName.objects.get(name="Ultram", substance="tramadol")
    editing.revise_row(row=row, values={"withdrawn": True}, by=editor, reason="wrong")
    assert "Ultram,tramadol" not in client.get(address(SubstanceName, "export", "csv")).content.decode()


# ---- The preview and the confirmation.


def test_preview_shows_what_would_happen_and_stores_nothing(client, editor):
    ultram = SubstanceName.objects.get(name="Ultram", substance="tramadol")
    same = SubstanceName.objects.exclude(pk=ultram.pk).filter(substance="tramadol", kind="brand")[0]
    version = snapshots.current_version()
    text = lines(
        "Floxblorb,tramadol,brand,,,,",
        f"Ultram,tramadol,{ultram.kind},{ultram.source_id_text},,yes,1",
        f"{same.name},tramadol,street,{same.source_id_text},{same.route},,1",
        "Nowhere,floxblorbium,brand,,,,",
        "Floxblorb,tramadol,brand,,,,",
        "=HYPERLINK(1),tramadol,brand,,,,",
        "Sourceless,tramadol,brand,no-such-source,,,",
        "Routed,tramadol,brand,,by moonlight,,",
        "Kindless,tramadol,,,,,",
        f"{'x' * 201},tramadol,brand,,,,",
        "Doubtful,tramadol,brand,,,perhaps,",
        "Spare,tramadol,brand,,,,,more",
    )
    preview = sent(client, text)
    assert preview.status_code == 200
    rows = preview.context["plan"].rows
    assert [row.what for row in rows] == ["added", "withdrawn", "changed", *["refused"] * 9]
    assert rows[2].differences == (("kind", "brand", "street"),)
    assert all(row.faults for row in rows[3:])
    words = preview.content.decode()
    assert "Stands in row 2 already" in words
    assert "floxblorbium" in words
    assert snapshots.current_version() == version
    assert not SubstanceName.objects.filter(name="Floxblorb").exists()


def test_confirmation_stores_all_but_the_refused_in_one_version(client, editor):
    version = snapshots.current_version()
    preview = sent(
        client, lines("Floxblorb,tramadol,brand,,,,", "Zumpf,nothing,brand,,,,", "Blorbo,tramadol,brand,,,,")
    )
    assert confirmed(client, preview).status_code == 302
    assert lookup.taken(entered="Blorbo").substances == ("tramadol",)
    assert not SubstanceName.objects.filter(name="Zumpf").exists()
    assert snapshots.current_version() == version + 1
    assert set(ReferenceChange.objects.values_list("reason", "by")) == {("checked list", editor.pk)}
    assert ReferenceChange.objects.count() == 2


def test_withdrawn_and_put_back_by_file(client, editor):
    confirmed(client, sent(client, "name,substance,withdrawn\nUltram,tramadol,yes\n"))
    row = SubstanceName.objects.get(name="Ultram", substance="tramadol")
    assert row.is_withdrawn
    preview = sent(client, "name,substance,withdrawn\nUltram,tramadol,no\n")
    assert planned(preview)["Ultram"].what == "put back"
    confirmed(client, preview)
    row.refresh_from_db()
    assert not row.is_withdrawn


def test_withdrawn_entry_in_a_file_is_never_taken_for_one_in_force(client, editor):
    row = SubstanceName.objects.get(name="Ultram", substance="tramadol")
    editing.revise_row(row=row, values={"withdrawn": True}, by=editor, reason="wrong")
    planned_row = planned(sent(client, "name,substance,kind\nUltram,tramadol,brand\n"))["Ultram"]
    assert planned_row.what == "refused"
    assert "Is withdrawn here" in planned_row.faults[0]


def test_name_of_several_meanings_is_always_asked_about(client, editor):
    confirmed(client, sent(client, "name,substance,kind\nFloxblorb,tramadol,ambiguous\n"))
    assert SubstanceName.objects.get(name="Floxblorb").needs_choice


def test_endless_cell_is_refused(client, editor):
    preview = sent(client, f"source_id,citation\nours-1,{'x' * 20_001}\n", Source)
    assert planned(preview)["ours-1"].faults == ("citation: is too long.",)


def test_more_than_a_page_can_carry_is_refused(client, editor, monkeypatch):
    monkeypatch.setattr(ticket, "MOST_CHARACTERS", 100)
    assert "Split it" in sent(client, lines("Floxblorb,tramadol,brand,,,,")).context["refused"]


def test_withdrawn_filter_tells_the_two_apart(client, editor):
    row = SubstanceName.objects.get(name="Ultram", substance="tramadol")
    editing.revise_row(row=row, values={"withdrawn": True}, by=editor, reason="wrong")
    listed = {
        chosen: client.get(address(SubstanceName, "changelist"), {"q": "ultram", "withdrawn": chosen}).context["cl"]
        for chosen in ("yes", "no")
    }
    assert [name.pk for name in listed["yes"].queryset] == [row.pk]
    assert row.pk not in {name.pk for name in listed["no"].queryset}


def test_reason_is_needed(client, editor):
    preview = sent(client, lines("Floxblorb,tramadol,brand,,,,"))
    assert confirmed(client, preview, reason=" ").status_code == 422
    assert not SubstanceName.objects.filter(name="Floxblorb").exists()


def test_version_that_moved_asks_for_another_preview(client, editor):
    preview = sent(client, lines("Floxblorb,tramadol,brand,,,,"))
    source = Source.objects.order_by("pk")[0]
    editing.revise_row(row=source, values={"citation": "Other"}, by=editor, reason="meanwhile")
    answer = confirmed(client, preview)
    assert answer.status_code == 422
    assert "changed after the preview" in answer.content.decode()
    assert not SubstanceName.objects.filter(name="Floxblorb").exists()


def test_ticket_of_another_person_or_file_is_refused(client, editor):
    preview = sent(client, lines("Floxblorb,tramadol,brand,,,,"))
    broken = preview.context["ticket"][:-2] + "xx"
    assert confirmed(client, preview, ticket=broken).status_code == 422
    assert confirmed(client, preview, model=SubstanceRole).status_code == 422
    client.force_login(factories.person(REFERENCE_EDITOR))
    assert confirmed(client, preview).status_code == 422
    assert not SubstanceName.objects.filter(name="Floxblorb").exists()


def test_row_changed_since_the_export_is_refused(client, editor):
    row = SubstanceName.objects.get(name="Ultram", substance="tramadol")
    editing.revise_row(row=row, values={"kind": "synonym"}, by=editor, reason="meanwhile")
    preview = sent(client, "name,substance,kind,revision\nUltram,tramadol,street,1\n")
    assert planned(preview)["Ultram"].what == "refused"
    assert preview.context["ticket"] == ""


def test_file_that_changes_nothing_has_nothing_to_store(client, editor):
    preview = sent(client, "name,substance\nUltram,tramadol\n")
    assert planned(preview)["Ultram"].what == "unchanged"
    assert "There is nothing to store" in preview.content.decode()


def test_components_of_a_combination_come_by_file(client, editor):
    text = "key,components\nfloxblorb mix,tramadol; acetaminophen\n"
    confirmed(client, sent(client, text, Substance), Substance)
    assert set(Substance.objects.get(pk="floxblorb mix").components.values_list("pk", flat=True)) == {
        "tramadol", "acetaminophen",
    }  # fmt: skip


def test_roles_show_what_they_do_to_the_rules(client, editor):
    source = Source.objects.order_by("pk")[0].pk
    text = lines(
        f"amoxicillin,opioid_agonist,,{source},yes",
        f"amoxicillin,cyp3a4_inhibitor,enormous,{source},no",
        "amoxicillin,cyp2d6_inhibitor,strong,,no",
        f"amoxicillin,no_such_role,,{source},no",
        header=ROLE_HEADER,
    )
    preview = sent(client, text, SubstanceRole)
    assert [row.what for row in preview.context["plan"].rows] == ["added", "refused", "refused", "refused"]
    leaf, seven_oh = preview.context["effects"]["sums"]
    assert (1, "begins", "major") in {row[:3] for row in leaf[1]}
    assert [row[4] for row in leaf[1]] != [row[4] for row in seven_oh[1]]
    confirmed(client, preview, SubstanceRole)
    assert SubstanceRole.objects.get(substance="amoxicillin", role="opioid_agonist").is_verified


# ---- Files that are refused whole.


def packed(**parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("x.csv", lines("Zoë,tramadol,brand,,,,").encode("latin-1"), "UTF-8"),
        ("x.csv", lines("Zoë,tramadol,brand,,,,").encode("utf-16"), "UTF-8"),
        ("x.csv", HEADER.encode(), "no rows"),
        ("x.csv", b"name;substance;kind\nx;tramadol;brand\n", "column"),
        ("x.csv", b"name,substance,dose\nx,tramadol,1\n", "dose"),
        ("x.csv", b"name,kind\nx,brand\n", "lacks substance"),
        ("x.csv", b"name,substance,name\nx,tramadol,y\n", "twice"),
        ("x.csv", b'name,substance\n"x,tramadol\n', "no readable CSV"),
        ("x.csv", b"name,substance\nx\0y,tramadol\n", "no text"),
        ("x.csv", b"x" * (MOST_BYTES + 1), "larger"),
        ("x.csv", b"name,substance\n" + b"x,tramadol\n" * 20_001, "more than 20000 rows"),
        ("x.xls", b"\xd0\xcf\x11\xe0old", "Only CSV"),
        ("x.csv", workbook(["name", "substance"]), "Only CSV"),
        ("x.xlsx", b"no workbook", "no readable XLSX"),
        ("x.xlsx", packed(**{"xl/workbook.xml": "<x/>"}), "no readable XLSX"),
        ("x.xlsx", packed(**{"xl/vbaProject.bin": "x"}), "macros"),
        ("x.xlsx", packed(**{"xl/sheet1.xml": "0" * 61_000_000}), "unpacks"),
        ("x.xlsx", packed(**{"xl/sheet1.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x/>'}), "entities"),
        ("x.xlsx", workbook(["name", "substance"], ["=1+1", "tramadol"]), "formula"),
    ],
)  # fmt: skip
def test_file_is_refused_in_one_sentence(client, editor, name, content, told):
    answer = sent(client, content, name=name)
    assert answer.status_code == 422
    assert told in answer.context["refused"]
    assert "Nothing was stored" in answer.content.decode()


def test_number_and_yes_of_a_workbook_are_read_as_text(client, editor):
    content = workbook(
        ["source_id", "citation", "pmid", "licence"], ["ours-1", "A paper", 12345678, 1.5], ["ours-2", "B", 2.0, True]
    )
    rows = planned(sent(client, content, Source, "x.xlsx"))
    assert {("pmid", "", "12345678"), ("licence", "", "1.5")} < set(rows["ours-1"].differences)
    assert {("pmid", "", "2"), ("licence", "", "yes")} < set(rows["ours-2"].differences)


def test_nothing_chosen_or_an_empty_file_asks_again(client, editor):
    assert client.post(address()).status_code == 422
    assert sent(client, "").status_code == 422


@pytest.mark.parametrize("cell", ["<script>alert(1)</script>", "\u202eevil", "😀 name"])
def test_odd_text_is_shown_as_text(client, editor, cell):
    preview = sent(client, lines(f"{cell},tramadol,brand,,,,"))
    assert planned(preview)[cell].what == "added"
    assert "<script>alert" not in preview.content.decode()


# ---- Who may.


@pytest.mark.parametrize("role", [CLINICIAN, REFERENCE_REVIEWER, PRACTICE_ADMIN, AUDITOR])
@pytest.mark.parametrize("model", SHEET_OF, ids=lambda model: model.__name__)
def test_only_editors_bring_in_or_take_out(client, role, model):
    client.force_login(factories.person(role))
    asked = [client.get(address(model)), client.post(address(model)), client.get(address(model, "export", "csv"))]
    assert {answer.status_code for answer in asked} <= {302, 403}
    assert all(answer.status_code == 403 or "login" in answer.url or "/admin/" in answer.url for answer in asked)
    if role != CLINICIAN:
        assert b"Export CSV" not in client.get(address(model, "changelist")).content


def test_unknown_kind_of_file_is_not_made(client, editor):
    assert client.get(address(SubstanceName, "export", "exe")).status_code == 403


def test_ten_thousand_rows_are_planned_and_stored(client, editor, django_assert_max_num_queries):
    text = lines(*(f"Floxblorb {number},tramadol,brand,,,," for number in range(10_000)))
    with django_assert_max_num_queries(30):
        preview = sent(client, text)
    assert preview.context["plan"].counts["added"] == 10_000
    assert len(preview.content) < 2_400_000
    assert confirmed(client, preview).status_code == 302
    assert SubstanceName.objects.filter(name__startswith="Floxblorb ").count() == 10_000


def test_readers_raise_and_never_guess():
    with pytest.raises(FileRefused):
        read_lines(ROLES, "x.csv", b"substance,role\n")
