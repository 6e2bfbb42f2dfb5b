"""The errors of a move."""


class MoveError(Exception):
    """The shop was not moved. Each line of the message is for the operator, and contains no secret."""

    exit_code = 1


class MoveImpossible(MoveError):
    """The move can't begin: one of the two databases does not fit."""

    exit_code = 2
