"""The administrator's pages: accounts and teams. No clinical record is shown or changed here."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from tracker import clock
from tracker.models import Membership, Team, User
from tracker.services import staff
from tracker.services.acts.occasion import Occasion

APPROVE_POLICY = "approve_policyversion"


class MembershipInline(admin.TabularInline):
    """The teams of a person."""

    model = Membership
    extra = 0


class AccountAdmin(UserAdmin):
    """Accounts. They are switched off, never deleted: what a person recorded keeps its author."""

    list_display = ("username", "display_name", "role", "may_assign", "is_active")
    list_filter = ("role", "is_active")
    search_fields = ("username", "display_name", "email")
    ordering = ("username",)
    filter_horizontal = ()  # the two-pane selector needs inline styles
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("display_name", "email")}),
        ("Work", {"fields": ("role", "may_assign", "user_permissions")}),
        ("Account", {"fields": ("is_active", "is_staff", "is_superuser")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": (
                    "username",
                    "display_name",
                    "email",
                    "role",
                    "usable_password",
                    "password1",
                    "password2",
                )
            },
        ),
    )
    inlines = (MembershipInline,)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the one permission that is given by hand: a clinical lead may approve policies."""
        form_field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if form_field is not None and form_field.queryset is not None and db_field.name == "user_permissions":
            form_field.queryset = form_field.queryset.filter(codename=APPROVE_POLICY)
            form_field.help_text = "A clinical lead may approve policies."
        return form_field

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The person and their teams stand: patients whom they may not see any more are released with it."""
        super().save_related(request, form, formsets, change)
        assert isinstance(request.user, User)
        staff.settle(form.instance, occasion=Occasion(request.user, clock.today(), clock.now()))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody is deleted."""
        return False


class TeamAdmin(admin.ModelAdmin):
    """Teams and the number that is given in messages."""

    list_display = ("name", "phone", "started_on")
    search_fields = ("name",)

    def has_delete_permission(self, request: HttpRequest, obj: Team | None = None) -> bool:
        """A team that is no longer used keeps its patients until they have another."""
        return False


admin.site.site_header = "Spine surveillance: accounts and teams"
admin.site.site_title = "Accounts and teams"
admin.site.index_title = "Accounts and teams"
admin.site.unregister(Group)
admin.site.register(User, AccountAdmin)
admin.site.register(Team, TeamAdmin)
