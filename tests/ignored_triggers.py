"""Lets `pgtrigger.ignore` work with prepared statements, which hold one command each. For tests only.

The package puts its own command before each of ours in one statement; here it goes before it by itself.
"""

from pgtrigger import runtime


def _before_it(execute, sql, params, many, context):
    if not runtime._can_inject_variable(context["cursor"], sql):
        return execute(sql, params, many, context)
    connection = context["connection"]
    _set(connection, "{" + ",".join(runtime._ignore.value) + "}")
    try:
        return execute(sql, params, many, context)
    finally:
        if not connection.in_atomic_block:  # a transaction's end, or the end of `ignore`, takes it back by itself
            _set(connection, None)


def _set(connection, ignored: str | None) -> None:
    with connection.connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s::text, false)", [ignored])


runtime._inject_pgtrigger_ignore = _before_it
