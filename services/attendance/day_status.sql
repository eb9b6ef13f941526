-- One status per posted day, first match wins (domain.md 2.0). A person is a row per posting in %(postings)s; days run
-- from %(first)s to %(last)s. Written without a look at the assessment's fold: the two check each other.
with posting as (
    select * from jsonb_to_recordset(%(postings)s) as p (person text, starts_on date, last_day date)
), day as (
    select distinct p.person, d::date as date
    from posting p
    cross join lateral generate_series(
        greatest(p.starts_on, %(first)s::date), least(coalesce(p.last_day, %(last)s::date), %(last)s::date), interval '1 day'
    ) d
), who as (
    select distinct person from posting
), duty as (
    select unnest(%(duty)s::date[]) as date
), travelled as (
    select distinct person, d::date as date from travel join who using (person)
    cross join lateral generate_series(
        greatest(starts_on, %(first)s::date), least(coalesce(last_day, ends_on), ends_on, %(last)s::date), interval '1 day') d
    where approved is not null
), trained as (
    select distinct person, d::date as date from training join who using (person)
    cross join lateral generate_series(
        greatest(starts_on, %(first)s::date), least(ends_on, %(last)s::date), interval '1 day') d
), seconded as (
    select distinct person, d::date as date from secondment join who using (person)
    cross join lateral generate_series(
        greatest(starts_on, %(first)s::date), least(coalesce(last_day, %(last)s::date), %(last)s::date), interval '1 day') d
), on_leave as (
    select distinct person, d::date as date from leave join who using (person)
    cross join lateral generate_series(
        greatest(starts_on, %(first)s::date), least(ends_on, returned_on - 1, %(last)s::date), interval '1 day') d
    where granted is not null and step in ('granted', 'closed')
), present as (
    select c.person, c.date, count(distinct c.record) as records, count(distinct c.village) as villages,
        min(c.village) as village, bool_or(c.overnight) as overnight
    from check_in c join who using (person)
    where c.date between %(first)s and %(last)s
      and not exists (select from void v where v.voids = c.event)
      and not exists (
          select from spot_check s where s.person = c.person and s.date = c.date and s.finding = 'absent')
    group by c.person, c.date
), corrected as (
    select distinct on (person, date) person, date, status from correction join who using (person)
    where date between %(first)s and %(last)s
    order by person, date, recorded desc, stream desc, version desc
), ruled as (
    select distinct on (person, d) person, d::date as date, justified from ruling join who using (person)
    cross join lateral generate_series(
        greatest(starts_on, %(first)s::date), least(ends_on, %(last)s::date), interval '1 day') d
    order by person, d, recorded desc, stream desc, version desc
)
select day.person, day.date,
    case
        when corrected.status is not null then corrected.status
        when travelled.person is not null then 'TRAVEL'
        when trained.person is not null then 'TRAINING'
        when seconded.person is not null then 'SECONDED'
        when on_leave.person is not null then 'LEAVE'
        when present.records >= %(min_checkins)s then 'ONPOST'
        when duty.date is null then 'REST'
        when ruled.justified then 'EXCUSED'
        when day.date >= %(first_pending)s::date and absence.person is null then 'PENDING'
        else 'ABSENT'
    end as status,
    present.village, coalesce(present.villages, 0) > 1 as two_villages, coalesce(present.overnight, false) as overnight,
    corrected.status is null and on_leave.person is not null and travelled.person is null and trained.person is null
        and seconded.person is null and present.person is not null as leave_conflict
from day
left join duty on duty.date = day.date
left join corrected on corrected.person = day.person and corrected.date = day.date
left join travelled on travelled.person = day.person and travelled.date = day.date
left join trained on trained.person = day.person and trained.date = day.date
left join seconded on seconded.person = day.person and seconded.date = day.date
left join on_leave on on_leave.person = day.person and on_leave.date = day.date
left join present on present.person = day.person and present.date = day.date
left join ruled on ruled.person = day.person and ruled.date = day.date
left join absence on absence.person = day.person and absence.date = day.date
