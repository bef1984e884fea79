"""The doors people and programs come through: pages, the API, files, live updates."""

from __future__ import annotations

from adjoin.testing import api_doors, beside_doors, file_doors, help_center_doors, workspace_doors
from adjoin.testing.doors import Door

WEB: tuple[Door, ...] = (
    workspace_doors.EveryTicket(),
    workspace_doors.SavedViews(),
    workspace_doors.ViewExports(),
    workspace_doors.TicketPages(),
    workspace_doors.LiveFragments(),
    workspace_doors.MergePicker(),
    workspace_doors.RuleTraces(),
    workspace_doors.AutomationDryRuns(),
    workspace_doors.MacroPreviews(),
    workspace_doors.LookupSuggestions(),
    workspace_doors.WorkspaceSearch(),
    workspace_doors.OwnNews(),
    workspace_doors.PersonPages(),
    help_center_doors.OwnRequests(),
    help_center_doors.RequestPages(),
    help_center_doors.WrongHelpCenter(),
    api_doors.ApiLists(),
    api_doors.ApiListsByPerson(),
    api_doors.ApiPointers(),
    api_doors.ApiTickets(),
    api_doors.ApiComments(),
    api_doors.ApiAudits(),
    api_doors.ApiMetricSets(),
    api_doors.ApiSearch(),
    api_doors.ApiRequests(),
    api_doors.ApiRequestComments(),
    api_doors.ApiRequestLists(),
    file_doors.FileDownloads(),
    file_doors.ApiFiles(),
    file_doors.LiveUpdates(),
    *beside_doors.BESIDE,
)
