-- View `register`: what attendance's own log says of each person and day, and the training and secondments that
-- personnel's log says. Facts stand as rows; statuses are worked out when asked for (day_status below), because they
-- also depend on the calendar, on parameters and on the hour.
-- Times of recording are the text of the event: fixed width, UTC, so text order is time order.

create table {schema}.check_in (
    event      uuid primary key,
    person     text not null,
    date       date not null,
    team       text not null,
    village    text not null,
    record     text not null,
    overnight  boolean not null,
    backfilled boolean not null
);
create index on {schema}.check_in (person, date);

create table {schema}.backfill (
    person    text not null,
    record    text not null,
    date      date not null,
    place     text not null,
    stream    text not null,
    requested text collate "C" not null,
    consented text collate "C",
    decided   text collate "C",
    entered   boolean not null default false,
    primary key (person, record)
);
create index on {schema}.backfill (place text_pattern_ops) where decided is null;

create table {schema}.void (
    event  uuid primary key,
    person text not null,
    date   date not null,
    voids  uuid not null
);
create index on {schema}.void (voids);

create table {schema}.spot_check (
    event    uuid primary key,
    person   text not null,
    date     date not null,
    check_id text not null,
    finding  text not null,
    place    text not null,
    stream   text not null,
    recorded text collate "C" not null
);
create index on {schema}.spot_check (person, date);

create table {schema}.lodging (
    event     uuid primary key,
    person    text not null,
    village   text not null,
    starts_on date not null,
    ends_on   date not null
);
create index on {schema}.lodging (person, starts_on);

create table {schema}.signal (
    event          uuid primary key,
    village        text not null,
    without_signal boolean not null,
    starts_on      date not null,
    recorded       text collate "C" not null,
    stream         text collate "C" not null,
    version        integer not null
);
create index on {schema}.signal (village text_pattern_ops);

create table {schema}.warning (
    event      uuid primary key,
    person     text not null,
    measure    text not null,
    days       integer not null,
    since      date not null,
    reached_on date not null,
    place      text not null,
    stream     text not null,
    recorded   text collate "C" not null
);
create index on {schema}.warning (place text_pattern_ops);

create table {schema}.pace_lost (
    event    uuid primary key,
    person   text not null,
    year     integer not null,
    on_post  integer not null,
    possible integer not null,
    needed   integer not null,
    place    text not null,
    stream   text not null,
    recorded text collate "C" not null
);

create table {schema}.year_closed (
    event         uuid primary key,
    person        text not null,
    year          integer not null,
    carry_out_run integer not null
);
create index on {schema}.year_closed (year);

create table {schema}.absence (
    person text not null,
    date   date not null,
    primary key (person, date)
);

create table {schema}.ruling (
    event     uuid primary key,
    person    text not null,
    starts_on date not null,
    ends_on   date not null,
    justified boolean not null,
    place     text not null,
    recorded  text collate "C" not null,
    stream    text collate "C" not null,
    version   integer not null
);
create index on {schema}.ruling (person, starts_on);

create table {schema}.correction (
    event    uuid primary key,
    person   text not null,
    date     date not null,
    status   text not null,
    place    text not null,
    recorded text collate "C" not null,
    stream   text collate "C" not null,
    version  integer not null
);
create index on {schema}.correction (person, date);

create table {schema}.travel (
    person    text not null,
    travel    text not null,
    stream    text not null,
    place     text not null,
    of_leader boolean not null,
    starts_on date not null,
    ends_on   date not null,
    step      text not null,
    requested text collate "C" not null,
    decided   text collate "C",
    last_day  date,
    primary key (person, travel)
);
create index on {schema}.travel (place text_pattern_ops) where step = 'requested';

create table {schema}.leave (
    person             text not null,
    leave              text not null,
    stream             text not null,
    place              text not null,
    of_leader          boolean not null,
    starts_on          date not null,
    ends_on            date not null,
    step               text not null,
    requested          text collate "C" not null,
    granted            text collate "C",
    decided            text collate "C",
    extension_ends_on  date,
    extension_approved boolean not null default false,
    extension_asked    text collate "C",
    returned_on        date,
    closed_on          date,
    overstayed_since   date,
    overstay_noted     text collate "C",
    closing_due        date,
    primary key (person, leave)
);
create index on {schema}.leave (place text_pattern_ops);

create table {schema}.training (
    event     uuid primary key,
    person    text not null,
    starts_on date not null,
    ends_on   date not null
);
create index on {schema}.training (person);

create table {schema}.secondment (
    event     uuid primary key,
    person    text not null,
    unit      text not null,
    starts_on date not null,
    last_day  date
);
create index on {schema}.secondment (person);

-- One status per posted day, first match wins (domain.md 2.0). `postings` is a JSON array of objects with person,
-- starts_on, last_day; days run from `low` to `high`; duty days without a record are PENDING from `pending_from` on.
-- Written without a look at the assessment's fold: the two check each other.
create function {schema}.day_status(
    postings jsonb, low date, high date, pending_from date, duty_days date[], needed integer, needed_before jsonb
) returns table (
    person text, date date, status text, village text, two_villages boolean, overnight boolean, leave_conflict boolean
) language sql stable as $$
    with posting as (
        select * from jsonb_to_recordset(postings) as p (person text, starts_on date, last_day date)
    ), day as (
        select distinct p.person, d::date as date
        from posting p
        cross join lateral generate_series(greatest(p.starts_on, low), least(p.last_day, high), interval '1 day') d
    ), who as (
        select distinct person from posting
    ), duty as (
        select unnest(duty_days) as date
    ), travelled as (
        select distinct person, d::date as date from {schema}.travel join who using (person)
        cross join lateral generate_series(greatest(starts_on, low), least(last_day, ends_on, high), interval '1 day') d
        where step = 'approved'
    ), trained as (
        select distinct person, d::date as date from {schema}.training join who using (person)
        cross join lateral generate_series(greatest(starts_on, low), least(ends_on, high), interval '1 day') d
    ), seconded as (
        select distinct person, d::date as date from {schema}.secondment join who using (person)
        cross join lateral generate_series(greatest(starts_on, low), least(last_day, high), interval '1 day') d
    ), on_leave as (
        select distinct person, d::date as date from {schema}.leave join who using (person)
        cross join lateral generate_series(
            greatest(starts_on, low), least(ends_on, returned_on - 1, high), interval '1 day') d
        where granted is not null and step in ('granted', 'closed')
    ), present as (
        select c.person, c.date, count(distinct c.record) as records, count(distinct c.village) as villages,
            min(c.village) as village, bool_or(c.overnight) as overnight
        from {schema}.check_in c join who using (person)
        where c.date between low and high
          and not exists (select from {schema}.void v where v.voids = c.event)
          and not exists (
              select from {schema}.spot_check s where s.person = c.person and s.date = c.date and s.finding = 'absent')
        group by c.person, c.date
    ), corrected as (
        select distinct on (person, date) person, date, status from {schema}.correction join who using (person)
        where date between low and high
        order by person, date, recorded desc, stream desc, version desc
    ), ruled as (
        select distinct on (person, d) person, d::date as date, justified from {schema}.ruling join who using (person)
        cross join lateral generate_series(greatest(starts_on, low), least(ends_on, high), interval '1 day') d
        order by person, d, recorded desc, stream desc, version desc
    )
    select day.person, day.date,
        case
            when corrected.status is not null then corrected.status
            when travelled.person is not null then 'TRAVEL'
            when trained.person is not null then 'TRAINING'
            when seconded.person is not null then 'SECONDED'
            when on_leave.person is not null then 'LEAVE'
            when present.records >= case when needed_before is null then needed else coalesce((
                select before.needed from jsonb_to_recordset(needed_before) as before (until date, needed integer)
                where day.date <= before.until order by before.until limit 1), day_status.needed) end then 'ONPOST'
            when duty.date is null then 'REST'
            when ruled.justified then 'EXCUSED'
            when day.date >= pending_from and absence.person is null then 'PENDING'
            else 'ABSENT'
        end as status,
        present.village, coalesce(present.villages, 0) > 1 as two_villages,
        coalesce(present.overnight, false) as overnight,
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
    left join {schema}.absence on absence.person = day.person and absence.date = day.date
$$;
