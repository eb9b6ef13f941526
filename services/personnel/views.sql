-- View `staffing`: strength and leaders of the teams, and what is under way to take somebody out of one. Own log only.

create table {schema}.strength (
    team       text    primary key,
    village    text    not null,
    strength   integer not null check (strength >= 0),
    changed_on date    not null,
    -- First day of the present weakness; null while the team has its people.
    weak_since date,
    -- First day without a leader; null while there is one.
    leaderless_since date,
    -- Day of formation until the county office has confirmed it.
    unconfirmed_since date,
    -- Since when somebody leads who is no first secretary: only where the measures hold by reference.
    other_leader_since date
);
create index on {schema}.strength (village text_pattern_ops);
create index on {schema}.strength (village text_pattern_ops) where weak_since is not null;

create table {schema}.member (
    person text not null,
    team   text not null,
    unit   text not null,
    -- The village and the first day of the posting.
    village   text not null,
    starts_on date not null,
    primary key (person, team)
);

-- Forced replacements by the level that acts next.
create table {schema}.forced (
    person   text not null,
    team     text not null,
    stage    text not null check (stage in ('township', 'county', 'city')),
    village  text not null,
    stream   text not null,
    since    date not null,
    proposed text,
    primary key (person, team)
);
create index on {schema}.forced (village text_pattern_ops);

create table {schema}.withdrawal (
    person   text not null,
    team     text not null,
    request  text not null,
    wish     text not null,
    village  text not null,
    stream   text not null,
    since    date not null,
    opinion  boolean,
    approval text,
    proposed text,
    primary key (person, team, request)
);
create index on {schema}.withdrawal (village text_pattern_ops);

-- What people are told of, by whom it concerns.
create table {schema}.notice (
    event       text primary key,
    name        text not null,
    stream      text not null,
    place       text not null,
    person      text,
    team        text,
    month       text,
    late        boolean not null,
    unit        text,
    recorded_on date not null
);
create index on {schema}.notice (recorded_on);

-- Every step about somebody's coming and going and under Article 10, kept when the person has left: the registers.
create table {schema}.step (
    event   uuid primary key,
    idx     bigint not null, -- in the log: the order in which they were recorded
    name    text not null,
    person  text not null,
    team    text not null,
    village text not null,
    ground  text,
    request text,
    late    boolean not null,
    on_day  date not null
);
create index on {schema}.step (village text_pattern_ops, on_day);

-- Compensatory leave that people asked for and the unit has not granted.
create table {schema}.leave_asked (
    person  text primary key,
    unit    text not null,
    village text not null,
    stream  text not null,
    since   date not null
);
create index on {schema}.leave_asked (unit);

-- What bodies said that are heard and decide nothing.
create table {schema}.opinion (
    event    uuid    primary key,
    team     text    not null,
    village  text    not null,
    matter   text    not null,
    person   text,
    month    text,
    supports boolean not null,
    role     text    not null,
    unit     text,
    on_day   date    not null
);
create index on {schema}.opinion (team);
