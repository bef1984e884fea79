"""Telling how far an import is."""

from __future__ import annotations

from contextlib import AbstractContextManager

from adjoin.accounts.telling import Progress
from adjoin.accounts.telling import telling as telling_by
from adjoin.imports.models import Import
from adjoin.imports.terms import State


def telling(import_id: int) -> AbstractContextManager[Progress]:
    """Progress in lines for as long as the block lasts. What is done already does not go back."""
    return telling_by(
        lambda lines: Import.objects.filter(pk=import_id, state__in=State.at_work()).update(progress=lines)
    )
