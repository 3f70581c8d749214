"""The door and the small pages: sign in and out, a person's own settings, robots.txt."""

from __future__ import annotations

from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from tracker.full_disk import NotStored
from tracker.web.look.forms import ErrorBox, ErrorLine

#: Google refuses a calendar whose host has no robots.txt, or one that forbids its path.
ROBOTS = "User-agent: *\nAllow: /calendar/\nDisallow: /\n"
_YEAR = 365 * 24 * 3600
_CHOICES = {"theme": ("light", "dark", ""), "keys": ("on", "off")}


@login_not_required
@sensitive_post_parameters("password")
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """The door. Which of the two was wrong is not said."""
    where = request.POST.get("next") or request.GET.get("next") or ""
    if request.user.is_authenticated:
        return redirect(_inside(request, where))
    form = AuthenticationForm(request, data=request.POST or None)
    sentence, status = "The name or the password is not right. Capitals count in the password.", 422
    if request.method == "POST" and form.is_valid():
        try:
            login(request, form.get_user())
        except NotStored as refusal:
            sentence, status = str(refusal), 503
        else:
            return redirect(_inside(request, where))
    errors = None
    if request.method == "POST":
        errors = ErrorBox("You are not signed in", (ErrorLine(sentence, "id_username"),))
    status = status if errors else 200
    return render(request, "sign_in.html", {"form": form, "errors": errors, "next": where}, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Out, and back to the door."""
    logout(request)
    return redirect("sign-in")


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """A person's own colours and keys, kept on this machine."""
    answer = HttpResponseRedirect(_inside(request, request.headers.get("Referer", "")))
    for name, allowed in _CHOICES.items():
        value = request.POST.get(name)
        if value in allowed:
            answer.set_cookie(name, value, max_age=_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
    return answer


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Nothing here is for search engines; calendars may be fetched."""
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")


def _inside(request: HttpRequest, url: str) -> str:
    """`url` where it leads to this site, else the queue."""
    safe = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if safe else "/"
