"""Which pieces of SQL can do no harm? Kinds of nodes, functions and types, by name; what is not here is refused.

A list of what is allowed, not of what is forbidden: databases grow functions that open files, speak to networks and
change settings faster than anybody could forbid them. Names of nodes and functions are sqlglot's classes; functions
that it has no class for are listed as they are written, for each dialect.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

ARGUMENTS: Mapping[type[exp.Expr], frozenset[str]] = {
    kind: frozenset(words.split())
    for kind, words in {
        exp.Select: "with_ expressions distinct from_ joins where group having qualify windows order limit offset",
        exp.Union: "with_ this expression distinct order limit offset by_name",
        exp.Except: "with_ this expression distinct order limit offset by_name",
        exp.Intersect: "with_ this expression distinct order limit offset by_name",
        exp.Subquery: "this alias joins",
        exp.With: "expressions recursive",
        exp.CTE: "this alias materialized",
        exp.TableAlias: "this columns",
        exp.Table: "this db alias joins",
        exp.Join: "this on side kind using method",
        exp.Column: "this table",
        exp.Star: "",
        exp.Limit: "expression",
        exp.Offset: "expression",
        exp.Fetch: "direction count limit_options",
        exp.LimitOptions: "rows",
        exp.Group: "expressions rollup cube grouping_sets all",
        exp.Distinct: "expressions on",
        exp.In: "this expressions query",
        exp.Anonymous: "this expressions",
        exp.DataType: "this expressions nested",
        exp.Values: "expressions alias",
        exp.Window: "this partition_by order spec alias over first",
    }.items()
}
"""What these nodes may hold: among the rest are locks, INTO, hints, samples, pivots and catalogs."""

NODES: frozenset[type[exp.Expr]] = frozenset(ARGUMENTS) | {
    getattr(exp, name)
    for name in """
    Add Alias All And Any AtTimeZone Between BitwiseAnd BitwiseLeftShift BitwiseNot BitwiseOr BitwiseRightShift
    BitwiseXor Boolean Case Cast CharacterSet Collate Cube DPipe DataTypeParam Div EQ Escape Exists Extract Filter From
    GT GTE Glob GroupingSets Having HexString ILike Identifier If IgnoreNulls IntDiv Interval Is JSONPath JSONPathKey
    JSONPathRoot JSONPathSubscript JSONPathWildcard LT LTE Like Literal Mod Mul NEQ Neg Not Null NullSafeEQ NullSafeNEQ
    Offset Or Order Ordered Paren Qualify RespectNulls Rollup SimilarTo Sub TableColumn TryCast Tuple Var Where
    WindowSpec WithinGroup Xor
    """.split()
}

FUNCTIONS: frozenset[type[exp.Expr]] = frozenset(
    getattr(exp, name)
    for name in """
    Abs Acos AddMonths AnyValue ApproxDistinct ApproxQuantile ArgMax ArgMin Array ArrayAgg ArrayContains ArraySize
    ArrayToString Ascii Asin Atan Atan2 Avg BitwiseAndAgg BitwiseCount BitwiseOrAgg Cbrt Ceil Chr Coalesce Concat
    ConcatWs Contains Convert Corr Cos Cot Count CountIf CovarPop CovarSamp CumeDist CurrentDate CurrentDatetime
    CurrentTime CurrentTimestamp Date DateAdd DateBin DateDiff DateFromParts DateStrToDate DateSub DateToDateStr
    DateTrunc Datetime DatetimeAdd DatetimeDiff DatetimeSub DatetimeTrunc Day DayOfMonth DayOfWeek DayOfWeekIso
    DayOfYear Dayname Degrees DenseRank Elt EndsWith Exp First FirstValue Floor Greatest GroupConcat Grouping
    GroupingId Hex Hour Initcap IsInf IsNan JSONArrayContains JSONBExtract JSONBExtractScalar JSONExtract
    JSONExtractScalar JSONType Lag Last LastDay LastValue Lead Least Left Length Levenshtein Ln Localtime
    Localtimestamp Log LogicalAnd LogicalOr Lower MakeInterval MatchAgainst Max Median Min Minute Mode Month Monthname
    MonthsBetween NthValue Ntile Nullif NumberToStr Overlay PercentRank PercentileCont PercentileDisc Pi Pow Quantile
    Quarter Radians Rand Rank RegexpCount RegexpExtract RegexpFullMatch RegexpILike RegexpInstr RegexpLike
    RegrIntercept RegrR2 RegrSlope Reverse Right Round RowNumber SafeDivide Second Sign Sin Soundex SplitPart
    Sqrt StartsWith Stddev StddevPop StddevSamp StrPosition StrToDate StrToTime StrToUnix Substring SubstringIndex Sum
    Tan Time TimeAdd TimeDiff TimeStrToDate TimeStrToTime TimeStrToUnix TimeSub TimeToStr TimeToTimeStr
    TimeToUnix TimeTrunc Timestamp TimestampAdd TimestampDiff TimestampFromParts TimestampSub TimestampTrunc ToChar
    ToDays ToNumber Translate Trim Trunc TsOrDsAdd TsOrDsDiff TsOrDsToDate TsOrDsToDateStr TsOrDsToDatetime
    TsOrDsToTime TsOrDsToTimestamp Typeof Unicode UnixDate UnixSeconds UnixToStr UnixToTime UnixToTimeStr
    Upper UtcDate UtcTime UtcTimestamp Variance VariancePop Week WeekOfYear WidthBucket Year YearOfWeek YearOfWeekIso
    """.split()
)
LENGTHENING = frozenset({exp.Pad, exp.Replace, exp.RegexpReplace})
"""Allowed where what they make is of a bounded length; see ``guard``."""

_EVERYWHERE = """
    acos asin atan atan2 ceil ceiling char_length character_length cos cot date datetime day degrees exp floor hour
    ifnull instr julianday ln log log10 log2 lower ltrim minute mod month octet_length pi pow power radians round rtrim
    second sign sin sqrt strftime substr substring tan time total trim trunc upper week year
"""
NAMED: Mapping[str, frozenset[str]] = {
    dialect: frozenset((_EVERYWHERE + own).split())
    for dialect, own in {
        "sqlite": """
            char format hex iif json_array_length json_extract json_type json_valid likelihood likely printf quote
            timediff typeof unicode unixepoch unlikely
        """,
        "postgres": """
            age btrim date_part div every format isfinite json_array_length json_typeof jsonb_array_length
            jsonb_typeof justify_days justify_hours justify_interval make_date make_time make_timestamp
            num_nonnulls num_nulls scale string_agg strpos to_date to_timestamp translate trim_scale
        """,
        "mysql": """
            addtime adddate conv datediff date_format dayname dayofmonth dayofweek dayofyear elt field find_in_set
            format from_days from_unixtime insert json_length json_type json_unquote json_valid last_day lcase locate
            makedate maketime microsecond monthname now period_add period_diff quarter sec_to_time strcmp str_to_date
            subdate substring_index subtime timediff timestampadd timestampdiff time_to_sec to_days to_seconds
            truncate ucase unix_timestamp weekday weekofyear yearweek
        """,
        "duckdb": """
            arg_max arg_min bool_and bool_or century damerau_levenshtein datediff datesub date_diff date_part date_sub
            dayname dayofmonth dayofweek dayofyear decade epoch epoch_ms era even favg format fsum hamming
            isfinite isinf isnan jaccard jaro_similarity jaro_winkler_similarity kurtosis len
            list_contains mad make_date make_time make_timestamp monthname printf product quantile_cont quantile_disc
            regexp_extract regexp_full_match regexp_matches sem skewness strlen strpos time_bucket timezone weekday
            weekofyear yearweek
        """,
    }.items()
}
"""Functions by the name that is written, in lower case."""
FORMATS = frozenset({"printf", "format"})
"""Their first argument may ask for any width."""

TYPES = frozenset(
    getattr(exp.DType, name)
    for name in """
    BIGDECIMAL BIGINT BINARY BIT BLOB BOOLEAN CHAR DATE DATETIME DECIMAL DOUBLE FLOAT INT INT128 INTERVAL JSON JSONB
    LONGTEXT MEDIUMINT MEDIUMTEXT NCHAR NVARCHAR SMALLINT TEXT TIME TIMESTAMP TIMESTAMPLTZ TIMESTAMPNTZ TIMESTAMPTZ
    TIMETZ TINYINT TINYTEXT UBIGINT UDECIMAL UINT USMALLINT UTINYINT UUID VARBINARY VARCHAR YEAR
    """.split()
)
"""What a value may be cast to. Names of objects of the database (regclass) and XML are not among them."""
