"""Practices, the people who sign in, and the roles. Practice admins see their own practice; superusers see all.

Nobody sets another person's password: a link to choose one is mailed.
"""

from typing import Any
from zoneinfo import available_timezones

from allauth.account.forms import ResetPasswordForm
from django import forms
from django.contrib import admin, messages
from django.contrib.auth import admin as django_auth_admin  # noqa: F401  (registers Group first, so that we can replace it)
from django.contrib.auth.models import Group
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinical.actions import people, staff
from clinical.admin.gate import ByRole
from clinical.models import Practice, User
from clinical.permissions import ACTS, PRACTICE_ADMIN, ROLES


class PersonForm(forms.ModelForm):
    """A person as their practice admin may describe them. `by`, the admin, is set on a subclass for each request."""

    by: User

    class Meta:
        model = User
        fields = ("email", "first_name", "last_name", "practice", "groups", "is_active")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if "groups" in self.fields:
            self.fields["groups"].widget = forms.CheckboxSelectMultiple()
            self.fields["groups"].queryset = Group.objects.filter(name__in=ROLES)
            self.fields["groups"].label = _("Roles")
            self.fields["groups"].help_text = ""
        if "practice" in self.fields:
            self.fields["practice"].required = True
        for name in ("first_name", "last_name"):
            if name in self.fields:
                self.fields[name].required = True

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Somebody signs in with this address already."))
        return email

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if self.instance.pk == self.by.pk and not self.by.is_superuser:
            if not values.get("is_active", True):
                self.add_error("is_active", _("You cannot lock yourself out."))
            if PRACTICE_ADMIN not in {group.name for group in values.get("groups") or ()}:
                self.add_error("groups", _("You cannot take this role from yourself; ask another practice admin."))
        return values

    def roles(self) -> tuple[str, ...]:
        return tuple(group.name for group in self.cleaned_data["groups"])


@admin.register(User)
class PersonAdmin(ByRole):
    view_act = change_act = "manage_people"
    form = PersonForm
    list_display = ("email", "last_name", "first_name", "roles", "practice", "is_active", "last_login")
    list_filter = ("is_active", "groups")
    list_select_related = ("practice",)
    search_fields = ("email", "first_name", "last_name")
    ordering = ("last_name", "email")
    actions = ("send_link",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        found = super().get_queryset(request).prefetch_related("groups")
        if request.user.is_superuser:
            return found
        if request.user.practice_id is None:
            return found.none()
        return found.filter(practice=request.user.practice_id, is_superuser=False)

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        names = ["email", "first_name", "last_name", "groups"]
        if obj:
            return (*names, "is_active", "practice", "is_staff", "is_superuser", "last_login", "date_joined")
        return (*names, "practice") if request.user.is_superuser else tuple(names)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        return ("practice", "is_staff", "is_superuser", "last_login", "date_joined") if obj else ()

    def get_form(self, request: HttpRequest, obj: User | None = None, **kwargs: Any) -> type[PersonForm]:
        return type("PersonForm", (super().get_form(request, obj, **kwargs),), {"by": request.user})

    def save_model(self, request: HttpRequest, obj: User, form: PersonForm, change: bool) -> None:
        if change:
            staff.change_person(
                person=obj,
                values={name: getattr(obj, name) for name in staff.PERSON_FIELDS},
                roles=form.roles(),
                by=request.user,
            )
            return
        obj.pk = staff.invite_person(
            practice=obj.practice or request.user.practice,
            email=obj.email,
            first_name=obj.first_name,
            last_name=obj.last_name,
            roles=form.roles(),
            by=request.user,
        ).pk
        obj._state.adding = False
        self._mail(request, [obj.email])

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: list, change: bool) -> None:
        """The action has stored the roles."""

    @admin.action(description=gettext_lazy("Mail a link to choose a password"), permissions=["change"])
    def send_link(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._mail(request, [person.email for person in queryset.filter(is_active=True)])

    def _mail(self, request: HttpRequest, addresses: list[str]) -> None:
        for address in addresses:
            form = ResetPasswordForm({"email": address})
            try:
                if form.is_valid():
                    form.save(request)
                    self.message_user(request, _("A link to choose a password is on its way to %s.") % address)
            except OSError:
                told = _("No mail could be sent to %s. Check the mail settings, then mail the link from the list.")
                self.message_user(request, told % address, messages.ERROR)

    @admin.display(description=gettext_lazy("roles"))
    def roles(self, person: User) -> str:
        return ", ".join(sorted(group.name for group in person.groups.all()))


class PracticeForm(forms.ModelForm):
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), choices=lambda: [(name, name) for name in sorted(available_timezones())]
    )


@admin.register(Practice)
class PracticeAdmin(ByRole):
    view_act = change_act = "manage_people"
    form = PracticeForm
    fields = ("name", "time_zone", "phone")
    list_display = ("name", "time_zone", "people_count", "created_at")
    list_filter = ("time_zone",)
    search_fields = ("name",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        found = super().get_queryset(request).annotate(count=Count("people"))
        return found if request.user.is_superuser else found.filter(pk=request.user.practice_id)

    def save_model(self, request: HttpRequest, obj: Practice, form: PracticeForm, change: bool) -> None:
        if change:
            staff.change_practice(practice=obj, values=form.cleaned_data, by=request.user)
        else:
            obj.pk = people.make_practice(**form.cleaned_data, by=request.user).pk

    @admin.display(description=gettext_lazy("people"), ordering="count")
    def people_count(self, practice: Practice) -> int:
        return practice.count


admin.site.unregister(Group)


@admin.register(Group)
class RoleGroupAdmin(ByRole):
    """The roles, for reading: what each may do is fixed in `clinical.permissions`."""

    view_act = "manage_people"
    list_display = ("name", "may")
    search_fields = ("name",)
    fields = ("name", "may")
    readonly_fields = ("may",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).filter(name__in=ROLES)

    @admin.display(description=gettext_lazy("may"))
    def may(self, group: Group) -> str:
        return ", ".join(act.replace("_", " ") for act, roles in ACTS.items() if group.name in roles)
