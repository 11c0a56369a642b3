"""Series and plans as the API answers them."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from booking.adapters.links import Links, Purpose
from booking.models import SeriesMember
from booking.queries.series import seats_of
from booking.services.series.asking import Looked
from booking.services.series.planning import Plan
from booking.web.api import series_schemas as schemas
from booking.web.api.appointments import body_of
from booking.web.instants import local_rfc3339
from booking.web.wiring import reading

_MINUTE = timedelta(minutes=1)


def preview_shown(found: Looked, minutes: int, mine: ZoneInfo) -> schemas.SeriesPreviewed:
    return schemas.SeriesPreviewed(
        occurrences=[
            schemas.Occurrence(
                starts_at=rung.starts_at,
                ends_at=rung.starts_at + minutes * _MINUTE,
                local=local_rfc3339(rung.starts_at, mine),
                status=rung.status,
                alternatives=list(rung.alternatives),
            )
            for rung in found.rungs
        ],
        clock_changes=[
            schemas.ClockChange(
                after=change.after, zone=change.zone.key, minutes=change.by // _MINUTE
            )
            for change in found.clock_changes
        ],
    )


def plan_shown(plan: Plan) -> schemas.SeriesPlan:
    return schemas.SeriesPlan(
        dates=[
            schemas.PlannedDate(
                was=each.was,
                to=each.rung.starts_at if each.rung else None,
                status=each.rung.status if each.rung else None,
                alternatives=list(each.rung.alternatives) if each.rung else [],
            )
            for each in plan.dates
        ]
    )


def series_shown(member: SeriesMember, links: Links) -> schemas.SeriesShown:
    series, part = member.series, member.series.part

    def token(purpose: Purpose) -> str:
        return links.token(purpose, member.link_id, member.link_version)

    manage = token(Purpose.SERIES)
    return schemas.SeriesShown(
        token=manage,
        status=series.status,
        therapist=series.therapist.slug,
        session_type=part.session_type.slug,
        modality=part.modality,
        time_zone=member.person.time_zone,
        pattern=schemas.Pattern(
            every_weeks=part.every_weeks,
            weekdays=[schemas.WEEKDAYS[day] for day in part.weekdays],
            local_time=f"{part.at_minute // 60:02}:{part.at_minute % 60:02}",
            zone=part.zone,
            count=part.count,
            until=part.until.isoformat() if part.until else None,
            open_ended=part.count is None and part.until is None,
        ),
        manage_url=links.url(f"/s/{manage}"),
        agreement_url=links.url(f"/s/{manage}/agreement"),
        calendar_url=links.url(f"/c/{token(Purpose.SERIES_CALENDAR)}.ics"),
        held_until=series.expires_at,
        paused_from=series.paused_from.isoformat() if series.paused_from else None,
        paused_until=series.paused_until.isoformat() if series.paused_until else None,
        version=series.version,
        appointments=[body_of(seat) for seat in seats_of(reading(), member)],
    )
