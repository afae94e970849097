"""Fibonacci coding of positive integers (GPP, section "Fibonacci Encoding")."""


def fibonacci(value: int) -> str:
    """The bits of a positive integer: a sum of distinct Fibonacci numbers, closed by `11`."""
    numbers = [1]
    following = 2
    while following <= value:
        numbers.append(following)
        following += numbers[-2]
    bits = []
    for number in reversed(numbers):
        bits.append("1" if number <= value else "0")
        value -= number if number <= value else 0
    return "".join(reversed(bits)) + "1"
