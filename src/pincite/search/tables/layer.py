"""What do tables and columns mean to the people who use them? An optional TOML file, written by hand and checked.

It names things as people do, says units, which date is meant by *last month*, how tables come together where no foreign
key says so, what values are called, and metrics: ``arr = "sum(amount) where stage = 'Closed Won'"``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import sqlglot
from pydantic import ConfigDict, Field, ValidationError
from sqlglot import exp
from sqlglot.errors import SqlglotError

from pincite.errors import BadSettings
from pincite.search.tables.meaning import Compare, How, Measure, Ref, Scalar, Sign
from pincite.search.tables.schema import ForeignKey, Schema
from pincite.types import Noun

HINT = "mend the file that databases.<name>.layer names; docs/databases.md shows one"


class ColumnLayer(Noun):
    """What a column is called, and its values."""

    label: str = ""
    synonyms: tuple[str, ...] = ()
    unit: str = ""
    note: str = ""
    values: Mapping[str, tuple[str, ...]] = {}
    """Value → what people call it."""


class TableLayer(Noun):
    """What a table is called, and which of its dates is meant where none is named."""

    label: str = ""
    synonyms: tuple[str, ...] = ()
    note: str = ""
    date: str = ""
    columns: Mapping[str, ColumnLayer] = {}


class JoinLayer(Noun):
    """``table.column`` names a row by ``table.column``."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    start: str = Field(alias="from")
    end: str = Field(alias="to")


class MetricLayer(Noun):
    """A measure with a name. ``sql`` is one aggregate, and conditions after ``where``."""

    sql: str
    label: str = ""
    synonyms: tuple[str, ...] = ()


class _File(Noun):
    tables: Mapping[str, TableLayer] = {}
    joins: tuple[JoinLayer, ...] = ()
    metrics: Mapping[str, MetricLayer | str] = {}


class Metric(Noun):
    """A measure over one table's rows, of those that meet the conditions."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    name: str
    names: tuple[str, ...]
    """What people call it, its own name among them."""
    table: str
    measure: Measure
    where: tuple[Compare, ...]


class Layer(Noun):
    """The file, checked against a schema: every name in it is the database's own."""

    names: tuple[tuple[str, str, str], ...] = ()
    """Table, column (empty for the table itself), and what it is also called."""
    values: tuple[tuple[str, str, str, str], ...] = ()
    """Table, column, value, and what it is also called."""
    units: Mapping[str, str] = {}
    """``table.column`` → unit."""
    dates: Mapping[str, str] = {}
    """Table → the column of the date that is meant where none is named."""
    notes: Mapping[str, str] = {}
    """``table`` or ``table.column`` → what it is."""
    joins: tuple[ForeignKey, ...] = ()
    metrics: tuple[Metric, ...] = ()

    def applied(self, schema: Schema) -> Schema:
        """The schema with the layer's joins as foreign keys, and its notes."""
        known = {(key.table, key.column) for key in self.joins}
        kept = tuple(key for key in schema.foreign_keys if (key.table, key.column) not in known)
        tables = tuple(
            table.model_copy(
                update={
                    "note": self.notes.get(table.name, table.note),
                    "columns": tuple(
                        column.model_copy(update={"note": self.notes.get(f"{table.name}.{column.name}", column.note)})
                        for column in table.columns
                    ),
                }
            )
            for table in schema.tables
        )
        return schema.model_copy(update={"foreign_keys": (*self.joins, *kept), "tables": tables})


def read(path: Path, schema: Schema) -> Layer:
    """The layer in a file. Raises ``BadSettings`` that says which name or value is wrong, and what there is."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadSettings(f"the layer {path} can't be read: {error.strerror}", hint=HINT) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings(f"the layer {path} is no TOML: {error}", hint=HINT) from error
    try:
        file = _File.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadSettings(f"the layer {path}: {place}: {first['msg']}, not {first['input']!r}", hint=HINT) from error
    return _Checked(path, schema).layer(file)


class _Checked:
    """Names of the file as the schema has them."""

    def __init__(self, path: Path, schema: Schema) -> None:
        self.path = path
        self.schema = schema

    def layer(self, file: _File) -> Layer:
        names: list[tuple[str, str, str]] = []
        values: list[tuple[str, str, str, str]] = []
        units: dict[str, str] = {}
        dates: dict[str, str] = {}
        notes: dict[str, str] = {}
        for said, table in file.tables.items():
            name = self._table(said)
            names += [(name, "", word) for word in _words(table.label, table.synonyms)]
            notes |= {name: table.note} if table.note else {}
            dates |= {name: self._ref(f"{name}.{table.date}").column} if table.date else {}
            for said_column, column in table.columns.items():
                ref = self._ref(f"{name}.{said_column}")
                place = f"{ref.table}.{ref.column}"
                names += [(ref.table, ref.column, word) for word in _words(column.label, column.synonyms)]
                values += [
                    (ref.table, ref.column, value, word) for value, all_ in column.values.items() for word in all_
                ]
                units |= {place: column.unit} if column.unit else {}
                notes |= {place: column.note} if column.note else {}
        joins = tuple(self._join(join) for join in file.joins)
        metrics = tuple(self._metric(name, metric) for name, metric in file.metrics.items())
        return Layer(
            names=tuple(names),
            values=tuple(values),
            units=units,
            dates=dates,
            notes=notes,
            joins=joins,
            metrics=metrics,
        )

    def _table(self, said: str) -> str:
        try:
            return self.schema.table(said).name
        except KeyError:
            raise self._unknown("table", said, [table.name for table in self.schema.tables]) from None

    def _ref(self, said: str) -> Ref:
        table, _, column = said.rpartition(".")
        name = self._table(table)
        try:
            return Ref(name, self.schema.table(name).column(column).name)
        except KeyError:
            held = [f"{name}.{column.name}" for column in self.schema.table(name).columns]
            raise self._unknown("column", said, held) from None

    def _unknown(self, what: str, said: str, known: Sequence[str]) -> BadSettings:
        near = get_close_matches(said, known, 1) or list(known[:8])
        return BadSettings(f"the layer {self.path}: there is no {what} {said!r}; there is {', '.join(near)}", hint=HINT)

    def _join(self, join: JoinLayer) -> ForeignKey:
        start, end = self._ref(join.start), self._ref(join.end)
        return ForeignKey(table=start.table, column=start.column, target=end.table, target_column=end.column)

    def _metric(self, name: str, said: MetricLayer | str) -> Metric:
        metric = MetricLayer(sql=said) if isinstance(said, str) else said
        try:
            tree = sqlglot.parse_one(f"SELECT {metric.sql}")
        except SqlglotError:
            tree = None
        if not isinstance(tree, exp.Select) or len(tree.expressions) != 1:
            raise self._bad_metric(name, metric.sql)
        columns = list(tree.find_all(exp.Column))
        table = self._metric_table(name, metric.sql, columns)
        aggregate = tree.expressions[0].unalias()
        how = _HOW.get(type(aggregate))
        where = tree.args["where"].this if tree.args.get("where") else None
        allowed = {"kind", "expressions", "where"}
        if how is None or any(value for key, value in tree.args.items() if key not in allowed):
            raise self._bad_metric(name, metric.sql)
        inner = aggregate.this
        distinct = isinstance(inner, exp.Distinct)
        inner = inner.expressions[0] if distinct else inner
        if not isinstance(inner, (exp.Column, exp.Star)):
            raise self._bad_metric(name, metric.sql)
        of = None if isinstance(inner, exp.Star) else self._ref(f"{table}.{inner.name}")
        parts = list(where.flatten()) if isinstance(where, exp.And) else [where] if where is not None else []
        return Metric(
            name=name,
            names=_words(name.replace("_", " "), (metric.label, *metric.synonyms)),
            table=table,
            measure=Measure(how, of, "" if of else table, distinct),
            where=tuple(self._compare(name, metric.sql, table, part) for part in parts),
        )

    def _metric_table(self, name: str, text: str, columns: Sequence[exp.Column]) -> str:
        named = {column.table for column in columns if column.table}
        if len(named) > 1 or not columns:
            raise self._bad_metric(name, text)
        if named:
            return self._table(named.pop())
        wanted = {column.name.lower() for column in columns}
        holding = [t.name for t in self.schema.tables if wanted <= {column.name.lower() for column in t.columns}]
        if len(holding) != 1:
            many = f"{', '.join(holding)} all have" if holding else "no table has"
            detail = f"the layer {self.path}: metric {name!r}: {many} the columns {', '.join(sorted(wanted))}"
            raise BadSettings(detail, hint="write table.column in the metric")
        return holding[0]

    def _compare(self, name: str, text: str, table: str, part: exp.Expr) -> Compare:
        if isinstance(part, exp.In) and isinstance(part.this, exp.Column) and part.expressions:
            values = [self._value(name, text, one) for one in part.expressions]
            return Compare(self._ref(f"{table}.{part.this.name}"), "in", tuple(values))
        sign = _SIGN.get(type(part))
        if sign is None or not isinstance(part.this, exp.Column):
            raise self._bad_metric(name, text)
        return Compare(self._ref(f"{table}.{part.this.name}"), sign, (self._value(name, text, part.expression),))

    def _value(self, name: str, text: str, literal: Any) -> Scalar:
        if not isinstance(literal, exp.Literal):
            raise self._bad_metric(name, text)
        return str(literal.this) if literal.is_string else float(literal.this)

    def _bad_metric(self, name: str, text: str) -> BadSettings:
        return BadSettings(
            f"the layer {self.path}: metric {name!r} is {text!r}, which is no aggregate of one table",
            hint="write it as: sum(amount) where stage = 'Closed Won'; count, sum, avg, min, max; =, !=, <, >, in, and",
        )


_HOW: dict[type[exp.Expr], How] = {
    exp.Sum: "sum",
    exp.Count: "count",
    exp.Avg: "avg",
    exp.Min: "min",
    exp.Max: "max",
}
_SIGN: dict[type[exp.Expr], Sign] = {
    exp.EQ: "=",
    exp.NEQ: "!=",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}


def _words(label: str, synonyms: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in (label, *synonyms) if word.strip()))
