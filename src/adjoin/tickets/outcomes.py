"""What came of a job over tickets, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from adjoin.job_statuses.models import JobStatus
from adjoin.kernel.errors import NotFound
from adjoin.kernel.wording import tell
from adjoin.tickets import bulk

PROBLEMS_MAX = 10  # told one by one
_DONE = {
    bulk.CREATE: (_("%(count)s created"), _("%(count)s could not be created")),
    bulk.UPDATE: (_("%(count)s changed"), _("%(count)s could not be changed")),
    bulk.DELETE: (_("%(count)s deleted"), _("%(count)s could not be deleted")),
    bulk.MERGE: (_("%(count)s merged"), _("%(count)s could not be merged")),
}
_OTHERWISE = (_("%(count)s done"), _("%(count)s could not be done"))


@dataclass(frozen=True)
class Outcome:
    """ "3 changed, 1 could not be found." and, for the refused ones, what kept each from it."""

    sentence: str
    is_whole: bool  # nothing went wrong
    problems: list[str]
    more_problems: int


def of(job: JobStatus) -> Outcome:
    """What came of a finished job."""
    results = list(job.results.order_by("index").values_list("data", flat=True))
    failed = [one for one in results if not one.get("success")]
    missing = [one for one in failed if one.get("error") == NotFound.code]
    refused = [one for one in failed if one.get("error") != NotFound.code]
    done, not_done = _DONE.get(job.kind, _OTHERWISE)
    parts = [gettext(done) % {"count": f"{len(results) - len(failed):,}"}]
    parts += [gettext("%(count)s could not be found") % {"count": f"{len(missing):,}"}] if missing else []
    parts += [gettext(not_done) % {"count": f"{len(refused):,}"}] if refused else []
    left = job.total - len(results)
    parts += [gettext("%(count)s left as they are") % {"count": f"{left:,}"}] if left > 0 else []
    told = [_problem(one) for one in refused]
    return Outcome(f"{', '.join(parts)}.", not failed, told[:PROBLEMS_MAX], max(0, len(told) - PROBLEMS_MAX))


def _problem(result: dict[str, Any]) -> str:
    details = tell(str(result["details"]))
    return f"#{result['id']}: {details}" if "id" in result else details
