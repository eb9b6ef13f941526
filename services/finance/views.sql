-- View `balances`: the books of each team and kind of money, their lines, and the appropriations behind them. Fen.

create table {schema}.book (
    team        text   not null,
    kind        text   not null,
    village     text   not null,
    allotted    bigint not null default 0 check (allotted >= 0),
    contributed bigint not null default 0 check (contributed >= 0),
    reserved    bigint not null default 0 check (reserved >= 0),
    disbursed   bigint not null default 0 check (disbursed >= 0),
    -- The promise of Art. 19, held by the database as well: a log that breaks it stops the projection.
    available   bigint generated always as (allotted + contributed - disbursed - reserved) stored check (available >= 0),
    primary key (team, kind)
);
create index on {schema}.book (village text_pattern_ops);

-- One row for each fact of a book, in log order: the statement, and what the other tables are made from.
create table {schema}.line (
    idx         bigint      primary key,
    event       uuid        not null,
    type        text        not null,
    team        text        not null,
    kind        text        not null,
    village     text        not null,
    subject     text        not null,
    amount      bigint      not null check (amount > 0),
    year        integer,
    source      text,
    unit        text,
    persons     integer,
    use         text,
    paid_on     date,
    person      text        not null,
    role        text        not null,
    recorded    timestamptz not null,
    recorded_on date        not null
);
create index on {schema}.line (team, kind, idx);

create table {schema}.payment (
    team         text   not null,
    kind         text   not null,
    payment      text   not null,
    village      text   not null,
    use          text   not null,
    amount       bigint not null,
    state        text   not null,
    requested_by text   not null,
    approved_by  text,
    requested_on date   not null,
    approved_on  date,
    primary key (team, kind, payment)
);
create index on {schema}.payment (village text_pattern_ops) where state in ('requested', 'reserved');

create table {schema}.appropriation (
    appropriation text    primary key,
    kind          text    not null,
    source        text    not null,
    recipient     text    not null,
    year          integer not null,
    amount        bigint  not null,
    received      bigint  not null default 0 check (received <= amount),
    allotted      bigint  not null default 0 check (allotted <= received)
);
create index on {schema}.appropriation (recipient text_pattern_ops);
