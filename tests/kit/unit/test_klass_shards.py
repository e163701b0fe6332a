"""Every submission is in one part, and a script for a cluster grades all parts, whatever the folders are called."""

from __future__ import annotations

import hashlib
import json
import re
import shlex

import pytest

from grading.klass.shards import MOST_IN_A_SHARD, MOST_SHARDS, SCRIPTS, Shard, script, shard

NAMES = [hashlib.sha256(str(number).encode()).hexdigest()[:40] for number in range(500)]
COMMAND = ["python3", "grader.py", "batch", "step4", "/a class/it's", "--out", "/a class/out"]


def test_each_is_in_exactly_one_part() -> None:
    parts = [[name for name in NAMES if Shard(number, 7).has(name)] for number in range(1, 8)]
    assert sorted(name for part in parts for name in part) == sorted(NAMES)
    assert min(map(len, parts)) > 0


@pytest.mark.parametrize("text", ["", "3", "0/3", "4/3", "a/b", "1/0", "-1/3"])
def test_what_is_no_part_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="is no part such as 3/20"):
        shard(text)
    assert shard("3/20") == Shard(3, 20)


@pytest.mark.parametrize("kind", SCRIPTS)
def test_a_script_names_as_many_parts_as_it_starts(kind: str) -> None:
    text = script(kind, "step4", 5 * MOST_IN_A_SHARD, COMMAND)
    counts = re.findall(r"(?:array=1-|seq |completions: |\{\}/|_ID/|\)\)/)(\d+)", text)
    assert set(counts) == {"5"} and len(counts) == 2
    assert shlex.join(COMMAND) in text or json.dumps(shlex.join(COMMAND))[1:-1] in text


def test_no_cluster_gets_more_parts_than_it_takes() -> None:
    assert f"--array=1-{MOST_SHARDS}\n" in script("slurm", "step4", 10**6, COMMAND)
    assert "--array=1-1\n" in script("slurm", "step4", 0, COMMAND)
