"""A policy says what C2SP tlog-policy says, and a fault names its line."""

from base64 import b64encode
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.algorithms import COSIGNATURE
from audit.checkpoints import VerifierKey
from audit.policies import Policy
from audit.policy_files import PolicyProblem, parse


def key(number: int, algorithm: int = COSIGNATURE) -> VerifierKey:
    return VerifierKey(f"w{number}.example/w", bytes([number]) * 32, algorithm)


W = [f"witness W{number} {key(number)}\n" for number in range(1, 7)]
LOG = f"log {key(9, 1)} https://log.example/\n"


def policy(text: str) -> Policy:
    return parse(text.encode())


def keys(*numbers: int) -> list[VerifierKey]:
    return [key(number) for number in numbers]


def test_the_example_of_two_levels() -> None:
    found = policy(
        f"# who must see it\n\n{LOG} \t\n{''.join(W)}"
        "group X 2 W1 W2\tW3\n  group Y any W4 W5 W6\ngroup both all X Y\nquorum both\n"
    )
    assert found.logs == [key(9, 1)]
    assert list(found.witnesses) == ["W1", "W2", "W3", "W4", "W5", "W6"]
    assert found.fewest == 3
    assert found.holds(keys(1, 3, 6))
    assert not found.holds(keys(1, 2, 3))
    assert not found.holds(keys(1, 4, 5, 6))
    assert found.holds(keys(1, 2, 3, 4, 5, 6))


@pytest.mark.parametrize("threshold", [1, 2, 3, 4])
def test_k_of_n_is_k_of_n(threshold: int) -> None:
    found = policy("".join(W[:4]) + f"group G {threshold} W1 W2 W3 W4\nquorum G\n")
    for count in range(5):
        for some in combinations(range(1, 5), count):
            assert found.holds(keys(*some)) == (count >= threshold)


def test_one_witness_or_none_may_be_the_quorum() -> None:
    assert policy(W[0] + "quorum W1\n").holds(keys(1))
    assert not policy(W[0] + W[1] + "quorum W1\n").holds(keys(2))
    assert policy("quorum none\n").holds([])


def test_names_are_octets() -> None:
    found = parse(b"witness \xff\xfe %b\nquorum \xff\xfe\n" % str(key(1)).encode())
    assert found.holds(keys(1))
    with pytest.raises(PolicyProblem, match="not defined"):
        parse(f"witness K {key(1)}\nquorum \N{KELVIN SIGN}\n".encode())


@pytest.mark.parametrize("url", ["https://w.example/a", "http://127.0.0.1:8/x/", "http://[::1]/"])
def test_a_witness_is_reached_safely(url: str) -> None:
    assert policy(f"{W[0][:-1]} {url}\nquorum W1\n").witnesses["W1"].url == url.rstrip("/")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "quorum"),
        (W[0], "quorum"),
        (W[0] + "quorum W1", "newline"),
        (W[0] + "quorum W1\r\n", "newlines"),
        (W[0] + "quorum W2\n", "Line 2: W2 is not defined"),
        ("quorum W1\n" + W[0], "Line 1"),
        (W[0] + "quorum W1\nquorum W1\n", "Line 3: There is a quorum already"),
        (W[0] + W[0] + "quorum W1\n", "Line 2: The name W1 is taken"),
        (W[0] + f"witness V {key(1)}\nquorum W1\n", "Line 2: Another witness has this key"),
        (f"witness none {key(1)}\nquorum none\n", "none is taken"),
        (W[0] + "group W1 all W1\nquorum W1\n", "taken"),
        (W[0] + "group G 0 W1\nquorum G\n", "1 to 1"),
        (W[0] + "group G 2 W1\nquorum G\n", "1 to 1"),
        (W[0] + "group G 01 W1\nquorum G\n", "1 to 1"),
        (W[0] + "group G most W1\nquorum G\n", "1 to 1"),
        (W[0] + "group G all\nquorum G\n", "Line 2: Write"),
        (W[0] + "group G all none\nquorum G\n", "none is not defined"),
        (W[0] + "group G all G\nquorum G\n", "G is not defined"),
        (W[0] + "group G any W1 W1\nquorum G\n", "in a group already"),
        (W[0] + "group G any W1\ngroup H any W1\nquorum G\n", "in a group already"),
        (LOG + LOG + "quorum none\n", "Line 2: This log is named twice"),
        (f"log {key(1)}\nquorum none\n", "Line 1: The verifier key"),
        (f"witness W {key(1, 1)}\nquorum W\n", "Line 1: The verifier key"),
        (f"witness W {str(key(1))[:-1]}\nquorum W\n", "Line 1"),
        (f"{W[0][:-1]} http://w.example/\nquorum W1\n", "https://"),
        (f"{W[0][:-1]} ftp://127.0.0.1/\nquorum W1\n", "https://"),
        (f"{W[0][:-1]} https://a:b@w.example/\nquorum W1\n", "password"),
        (f"{W[0][:-1]} https://w.example/?a\nquorum W1\n", "https://"),
        (f"{W[0][:-1]} https://w.example:x/\nquorum W1\n", "https://"),
        (f"{W[0][:-1]} https://w.example/ more\nquorum W1\n", "Line 1: Write"),
        ("Quorum none\n", "Line 1: Write"),
        ("quorum none\x00\n", "newlines"),
        ("#" * 2_000_000, "megabyte"),
    ],
    ids=range(33),
)
def test_a_fault_says_where_and_what_to_do(text: str, says: str) -> None:
    with pytest.raises(PolicyProblem, match=says):
        policy(text)


@given(st.binary(max_size=200) | st.text(alphabet="witneslogruqmay 123\t\n#+").map(str.encode))
def test_garbage_is_refused_in_words(content: bytes) -> None:
    try:
        parse(content)
    except PolicyProblem as problem:
        assert str(problem)


def test_a_key_of_an_unknown_algorithm_is_refused() -> None:
    unknown = VerifierKey("w.example", bytes(1312), 6)
    assert b64encode(b"\x06").decode()[:2] in str(unknown)
    with pytest.raises(PolicyProblem, match="Line 1"):
        policy(f"witness W {unknown}\nquorum W\n")
