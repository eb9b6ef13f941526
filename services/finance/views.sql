-- View `balances`: the books of each team and kind of money, their lines, and the appropriations behind them. Fen.

create table {schema}.book (
    team        text   not null,
    kind        text   not null,
    village     text   not null,
    allotted    bigint not null default 0 check (allotted >= 0),
    contributed bigint not null default 0 check (contributed >= 0),
    received    bigint not null default 0, -- negative in a book whose balance was handed over
    reserved    bigint not null default 0 check (reserved >= 0),
    disbursed   bigint not null default 0 check (disbursed >= 0),
    -- The promise of Art. 19, held by the database as well: a log that breaks it stops the projection.
    available   bigint generated always as (allotted + contributed + received - disbursed - reserved) stored
                check (available >= 0),
    primary key (team, kind)
);
create index on {schema}.book (village text_pattern_ops);

-- Double entry: what each fact did to which account. The lines of one fact add up to zero.
create table {schema}.entry (
    idx       bigint not null,
    nr        smallint not null,
    account   text   not null,
    amount    bigint not null,
    type      text   not null,
    booked_on date   not null,
    team      text,
    kind      text,
    source    text,
    giver     text,
    project   text,
    state     text,
    primary key (idx, nr)
);
create index on {schema}.entry (team, kind, booked_on) where team is not null;

create table {schema}.account (
    account text   primary key,
    -- Only a giver stands below zero: what it gave is what all other accounts hold.
    balance bigint not null check (balance >= 0 or account like 'giver/%')
);

-- One row for each fact of a book, in log order: the statement, and what the other tables are made from.
create table {schema}.line (
    idx         bigint      primary key,
    event       uuid        not null,
    type        text        not null,
    team        text        not null,
    kind        text        not null,
    village     text        not null,
    subject     text        not null,
    amount      bigint      check (amount >= 0),
    year        integer,
    source      text,
    giver       text,
    persons     integer,
    use         text,
    project     text,
    booked_on   date        not null,
    person      text        not null,
    role        text        not null,
    recorded    timestamptz not null,
    recorded_on date        not null
);
create index on {schema}.line (team, kind, booked_on, idx);
create index on {schema}.line (year, type);

create table {schema}.payment (
    team         text   not null,
    kind         text   not null,
    payment      text   not null,
    village      text   not null,
    use          text   not null,
    project      text,
    amount       bigint not null,
    refunded     bigint not null default 0 check (refunded <= amount),
    state        text   not null,
    consents     text[] not null default array[]::text[],
    requested_by text   not null,
    approved_by  text,
    requested_on date   not null,
    approved_on  date,
    paid_on      date,
    primary key (team, kind, payment)
);
create index on {schema}.payment (village text_pattern_ops) where state in ('requested', 'reserved');
create index on {schema}.payment (project) where project is not null;

create table {schema}.appropriation (
    appropriation text    primary key,
    kind          text    not null,
    source        text    not null,
    recipient     text    not null,
    year          integer not null,
    amount        bigint  not null,
    project       text,
    received      bigint  not null default 0 check (received <= amount),
    allotted      bigint  not null default 0 check (allotted <= received)
);
create index on {schema}.appropriation (recipient text_pattern_ops);
