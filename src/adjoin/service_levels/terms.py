"""The words of service levels: what is counted, and while which statuses."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from adjoin.tickets.terms import TicketStatus

UNSOLVED = frozenset({TicketStatus.NEW, TicketStatus.OPEN, TicketStatus.PENDING, TicketStatus.HOLD})


class Metric(models.TextChoices):
    """What a target is for, by Zendesk's names."""

    FIRST_REPLY = "first_reply_time", _("First reply")
    NEXT_REPLY = "next_reply_time", _("Next reply")
    PERIODIC_UPDATE = "periodic_update_time", _("Periodic update")
    PAUSABLE_UPDATE = "pausable_update_time", _("Pausable update")
    REQUESTER_WAIT = "requester_wait_time", _("Requester wait")
    AGENT_WORK = "agent_work_time", _("Agent work")
    TOTAL_RESOLUTION = "total_resolution_time", _("Total resolution")
    GROUP_OWNERSHIP = "group_ownership_time", _("Ownership")


class Measured(models.TextChoices):
    """What metric events are about, by Zendesk's names: of each ticket, whether or not anything is promised."""

    REPLY = "reply_time"
    PERIODIC_UPDATE = "periodic_update_time"
    PAUSABLE_UPDATE = "pausable_update_time"
    REQUESTER_WAIT = "requester_wait_time"
    AGENT_WORK = "agent_work_time"
    RESOLUTION = "resolution_time"
    GROUP_OWNERSHIP = "group_ownership_time"


class EventType(models.TextChoices):
    """What happens to the clock of a metric."""

    MEASURE = "measure"  # it is looked at for the first time
    ACTIVATE = "activate"
    PAUSE = "pause"
    FULFILL = "fulfill"
    UPDATE_STATUS = "update_status"  # how long it took
    APPLY_SLA = "apply_sla"
    APPLY_GROUP_SLA = "apply_group_sla"
    BREACH = "breach"


OF_GROUPS = (Metric.GROUP_OWNERSHIP,)  # promised among groups; the others are promised to requesters
OF_REQUESTERS = tuple(one for one in Metric if one not in OF_GROUPS)
MEASURED = {  # what tells of the promises that are named otherwise
    Metric.FIRST_REPLY: Measured.REPLY,
    Metric.NEXT_REPLY: Measured.REPLY,
    Metric.TOTAL_RESOLUTION: Measured.RESOLUTION,
}

# While a ticket stands so, the time of the metric runs; in the other unsolved ones it is paused. Replies never pause.
RUNS: dict[str, frozenset[TicketStatus]] = {
    Metric.PERIODIC_UPDATE: UNSOLVED,
    Metric.PAUSABLE_UPDATE: UNSOLVED - {TicketStatus.PENDING},
    Metric.REQUESTER_WAIT: UNSOLVED - {TicketStatus.PENDING},
    Metric.AGENT_WORK: UNSOLVED - {TicketStatus.PENDING, TicketStatus.HOLD},
    Metric.TOTAL_RESOLUTION: UNSOLVED,
    Metric.GROUP_OWNERSHIP: UNSOLVED,
}
EXPLAINED = {
    Metric.FIRST_REPLY: _("From what the requester says first to the first public reply."),
    Metric.NEXT_REPLY: _("From the oldest unanswered thing they say after that to the next public reply."),
    Metric.PERIODIC_UPDATE: _("From one public reply to the next, until it is solved."),
    Metric.PAUSABLE_UPDATE: _("The same, paused while it is pending."),
    Metric.REQUESTER_WAIT: _("All time in new, open and on hold."),
    Metric.AGENT_WORK: _("All time in new and open."),
    Metric.TOTAL_RESOLUTION: _("From filing to solving, whatever lies between."),
    Metric.GROUP_OWNERSHIP: _("From the group getting it to another group getting it, or solving."),
}
