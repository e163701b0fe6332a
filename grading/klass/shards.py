"""A part of a class, the same one on every machine; and the scripts that let a cluster grade all of them."""

from __future__ import annotations

import json
import math
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

MOST_IN_A_SHARD = 50  # submissions: some minutes of work on one core
MOST_SHARDS = 1000  # of an array of Slurm, unless its administrators have changed that
SLURM, PARALLEL, KUBERNETES = "slurm", "parallel", "kubernetes"

SLURM_SCRIPT = """\
#!/bin/sh
#SBATCH --job-name={exercise}
#SBATCH --array=1-{count}
#SBATCH --cpus-per-task=2
#SBATCH --mem-per-cpu=1G
#SBATCH --time=04:00:00
{command} --shard "$SLURM_ARRAY_TASK_ID/{count}" --workers "$SLURM_CPUS_PER_TASK"

# Hand it in with sbatch. When all have ended, this writes the table and the log:
# {command}
"""
PARALLEL_SCRIPT = """\
#!/bin/sh
# On several machines that share the folders: parallel --sshloginfile FILE ...
seq {count} | parallel --jobs 100% --halt never {command} --shard '{{}}/{count}' --workers 1
{command}
"""
KUBERNETES_SCRIPT = """\
# The claim `class` holds the kit in a folder `kit`, and beside it the submissions, the roster and the results.
apiVersion: batch/v1
kind: Job
metadata: {{name: {exercise}}}
spec:
  completions: {count}
  parallelism: {side_by_side}
  completionMode: Indexed
  template:
    spec:
      restartPolicy: OnFailure
      containers:
        - name: grader
          image: YOUR-ACCOUNT/chat-kit
          command: ["sh", "-c", {shell}]
          resources: {{requests: {{cpu: "1", memory: 1Gi}}, limits: {{cpu: "1", memory: 2Gi}}}}
          volumeMounts: [{{name: class, mountPath: /class}}]
      volumes: [{{name: class, persistentVolumeClaim: {{claimName: class}}}}]
# When all have ended, this writes the table and the log:
# {command}
"""
SIDE_BY_SIDE = 10  # pods
SCRIPTS = {SLURM: SLURM_SCRIPT, PARALLEL: PARALLEL_SCRIPT, KUBERNETES: KUBERNETES_SCRIPT}


@dataclass(frozen=True)
class Shard:
    """One of `count` parts."""

    number: int  # from 1 on
    count: int

    def has(self, name: str) -> bool:
        """Tell whether a result belongs to it."""
        return int(name, 16) % self.count == self.number - 1

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"


def shard(text: str) -> Shard:
    """Return the part that was typed as `3/20`; ValueError with a sentence if that is none."""
    number, _, count = text.partition("/")
    if not (number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
        raise ValueError(f"{text!r} is no part such as 3/20")
    return Shard(int(number), int(count))


def script(kind: str, exercise: str, submissions: int, command: Sequence[str]) -> str:
    """Return what lets a cluster grade a class, so that at the end one more `command` finds everything graded."""
    count = min(MOST_SHARDS, max(1, math.ceil(submissions / MOST_IN_A_SHARD)))
    typed = shlex.join(command)
    shell = json.dumps(f"{typed} --shard $((JOB_COMPLETION_INDEX + 1))/{count} --workers 1")
    blanks = {"exercise": exercise.replace("/", "-"), "count": count, "command": typed, "shell": shell}
    return SCRIPTS[kind].format(**blanks, side_by_side=min(count, SIDE_BY_SIDE))
